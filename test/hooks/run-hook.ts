import { randomUUID } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { cleanEnvironment, type RealSidecar, startRealSidecar } from '../kit/real-sidecar.ts';
import { type Ended, type RunOptions, runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';

export const SCRIPTS = join(PACKAGE_ROOT, 'hooks');

export type Hook = { event: string; script: string; prints: boolean; facts: Record<string, unknown> };

const call = { tool_name: 'Bash', tool_use_id: 'toolu_1', tool_input: { command: 'true' } };

/** The nine, with what the client sends; `prints`: whether Claude Code reads what the hook prints. */
export const HOOKS: readonly Hook[] = [
  { event: 'SessionStart', script: 'session-start.sh', prints: true, facts: { source: 'startup' } },
  { event: 'UserPromptSubmit', script: 'user-prompt-submit.sh', prints: true, facts: { prompt: 'Go.' } },
  { event: 'PreToolUse', script: 'pre-tool-use.sh', prints: true, facts: call },
  { event: 'PostToolUse', script: 'post-tool-use.sh', prints: true, facts: { ...call, tool_response: {} } },
  {
    event: 'PostToolUseFailure',
    script: 'post-tool-use-failure.sh',
    prints: true,
    facts: { ...call, error: 'no' },
  },
  { event: 'Stop', script: 'stop.sh', prints: true, facts: { last_assistant_message: 'Done.' } },
  { event: 'StopFailure', script: 'stop-failure.sh', prints: false, facts: { error: 'overloaded' } },
  { event: 'SessionEnd', script: 'session-end.sh', prints: false, facts: { reason: 'other' } },
  { event: 'ConfigChange', script: 'config-change.sh', prints: false, facts: { source: 'user_settings' } },
];

export const SESSION_START = hookOf('SessionStart');
export const STOP = hookOf('Stop');
export const SESSION_END = hookOf('SessionEnd');

export const SILENT = { code: 0, signal: null, stdout: '', stderr: '' };

function hookOf(event: string): Hook {
  const hook = HOOKS.find((one) => one.event === event);
  if (!hook) throw new Error(`there is no hook for ${event}`);
  return hook;
}

/** Given by the test: tests that run side by side each have their own. */
export type Scope = Pick<TestContext, 'onTestFinished'>;

/** A home, gone with its test. Its sidecar takes any free port: two test runs may go on at once. */
export function makeHome({ onTestFinished }: Scope, options?: { made?: boolean }) {
  const { home, folder, remove } = temporaryHome(options);
  onTestFinished(remove);
  if (options?.made !== false) anyPort(home);
  return { home, folder };
}

export function anyPort(home: HomePaths): void {
  writeFileSync(home.config, '{"server":{"port":0}}\n');
}

export async function makeSidecar(scope: Scope, home: HomePaths): Promise<RealSidecar> {
  const sidecar = await startServing(home);
  scope.onTestFinished(sidecar.stop);
  return sidecar;
}

/** The rooms open after it listens: on a busy machine the first hook would not wait for them. */
export async function startServing(home: HomePaths): Promise<RealSidecar> {
  const sidecar = await startRealSidecar(home);
  await sidecar.api('/events');
  return sidecar;
}

/** Port 1 of loopback: nobody listens there. */
export function nobodyListens(home: HomePaths): void {
  writeFileSync(home.endpoint, `1 ${'t'.repeat(43)}\n`, { mode: 0o600 });
}

export function bodyOf({ event, facts }: Hook, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ session_id: 's-1', hook_event_name: event, ...facts, ...more });
}

/** A session of its own for each attempt of a test. */
export function newSession(): { session_id: string } {
  return { session_id: randomUUID() };
}

export type HookOptions = RunOptions & { more?: Record<string, string>; folder?: string };

/** Runs a hook as the client does, but for the shell between them. `more` goes to the environment. */
export function runHook(hook: Hook, home: HomePaths, options: HookOptions = {}): Promise<Ended> {
  const { more, folder = SCRIPTS, ...rest } = options;
  return runProgram(join(folder, hook.script), {
    input: bodyOf(hook),
    env: cleanEnvironment(home, more),
    ...rest,
  });
}

/** A copy of the scripts, changed. Each change must find what it replaces. */
export function changedScripts(to: string, changes: [file: string, from: string, to: string][] = []): string {
  cpSync(SCRIPTS, to, { recursive: true });
  for (const [file, from, replacement] of changes) {
    const path = join(to, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
    writeFileSync(
      path,
      text.replaceAll(from, () => replacement),
    );
  }
  return to;
}

export type Spooled = { name: string; mode: number; firstLine: string; rest: Buffer };

/** All that lies in the spool, also what is unfinished; without the folder of rejected files. */
export function spoolNames(home: HomePaths): string[] {
  return readdirSync(home.spool).filter((name) => name !== 'rejected');
}

export function spooled(home: HomePaths): Spooled[] {
  return spoolNames(home).map((name) => {
    const path = join(home.spool, name);
    const bytes = readFileSync(path);
    const end = bytes.indexOf('\n');
    return {
      name,
      mode: statSync(path).mode & 0o777,
      firstLine: bytes.subarray(0, end).toString('latin1'),
      rest: bytes.subarray(end + 1),
    };
  });
}

export type Row = { seq: number; id: string; event: string; via: string; source: string; outcome: string };

export async function eventsOf(sidecar: RealSidecar, sessionId: string): Promise<Row[]> {
  const { body } = await sidecar.api<{ events: Row[] }>(`/events?sessionId=${sessionId}`);
  return body.events;
}
