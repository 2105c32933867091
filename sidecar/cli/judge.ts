import { classifyMessage, type Verb } from '../claims/index.ts';
import {
  detailOf,
  type PromiseState,
  readCalls,
  stateOf,
  type ToolCall,
  type Verdict,
  verdictOf,
} from '../evidence/index.ts';
import { answerRows, type RowForm, withInput } from './json-rows.ts';

export type Scenario = { promise: string; calls: ToolCall[]; said?: string };

export type Judged = {
  expect: { verb: Verb; object: string; state: PromiseState['state'] }[];
  completed: { verb: Verb; object: string; verdict: Verdict['verdict'] }[];
};

const SCENARIO: RowForm<Scenario> = {
  read: scenarioOf,
  shape: '{"id": …, "promise": "…", "calls": […], "said": "…"}',
  hint: 'each line is one JSON object; a call is {"tool": "…", "input": {…}, "ok": true, "response": "…"}',
};

/** Needs no sidecar: what a call proves is a function of the call. */
export async function run({ file }: { file?: string }): Promise<number> {
  await withInput(file, (input) => answerRows(input, SCENARIO, judge));
  return 0;
}

export function judge({ promise, calls, said = '' }: Scenario): Judged {
  const readings = readCalls(calls);
  const newestFirst = readings.toReversed();
  const expect = claimsOf(promise, ['commit', 'deferred']).map((claim) => ({
    verb: claim.verb,
    object: claim.object,
    state: stateOf(claim, readings).state,
  }));
  const completed = claimsOf(said, ['completed']).map((claim) => ({
    verb: claim.verb,
    object: claim.object,
    verdict: verdictOf(claim, newestFirst).verdict,
  }));
  return { expect, completed };
}

function claimsOf(message: string, kinds: readonly string[]) {
  const { claims } = classifyMessage(message);
  return claims
    .filter(({ kind }) => kinds.includes(kind))
    .map((claim) => ({ ...claim, detail: detailOf(message, claims, claim) }));
}

function scenarioOf(row: object): Scenario | null {
  if (!('promise' in row) || typeof row.promise !== 'string') return null;
  if (!('calls' in row) || !Array.isArray(row.calls)) return null;
  const calls = row.calls.map(callOf);
  const said = 'said' in row && typeof row.said === 'string' ? row.said : '';
  return calls.every((call) => call !== null) ? { promise: row.promise, calls, said } : null;
}

function callOf(call: unknown): ToolCall | null {
  if (typeof call !== 'object' || call === null || !('tool' in call) || typeof call.tool !== 'string')
    return null;
  return {
    tool: call.tool,
    input: 'input' in call ? call.input : {},
    ok: !('ok' in call) || call.ok !== false,
    response: 'response' in call ? call.response : undefined,
  };
}
