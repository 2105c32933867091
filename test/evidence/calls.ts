import type { Verb } from '../../sidecar/claims/index.ts';
import { judge } from '../../sidecar/cli/judge.ts';
import { meets, type Reading, readCall, type ToolCall } from '../../sidecar/evidence/index.ts';

type Ran = { ok?: boolean; response?: unknown; background?: boolean };

/** A finished Bash call. */
export function bash(command: string, { ok = true, response, background = false }: Ran = {}): ToolCall {
  const input = { command, ...(background ? { run_in_background: true } : {}) };
  return { tool: 'Bash', input, ok, response };
}

/** The same by position, for tables. */
export const ran = (command: string, response = '', ok = true, background = false): ToolCall =>
  bash(command, { ok, response, background });

/** What has become of each promise of a message after one call. */
export const stateAfter = (promise: string, call: ToolCall): string[] =>
  judge({ promise, calls: [call] }).expect.map(({ state }) => state);

export const edit = (path: string, before: string, after: string, ok = true): ToolCall => ({
  tool: 'Edit',
  input: { file_path: path, old_string: before, new_string: after },
  ok,
});

export const write = (path: string, content = ''): ToolCall => ({
  tool: 'Write',
  input: { file_path: path, content },
  ok: true,
});

/** `push|auth branch` → what the call is to that claim: `did`, `did it` (the object is named), `failed`, `nothing`. */
export function judged(call: ToolCall | Reading, claim: string, detail?: string): string {
  const [verb, object = ''] = claim.split('|');
  const reading = 'tool' in call ? readCall(call) : call;
  const met = meets(reading, { verb: verb as Verb, object, ...(detail === undefined ? {} : { detail }) });
  if (met === null) return 'nothing';
  return met.outcome === 'did' && met.byObject ? 'did it' : met.outcome;
}
