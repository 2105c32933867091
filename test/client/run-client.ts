import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { killTree } from './process-tree.ts';

export interface ClientOptions {
  prompt: string;
  cwd: string;
  /** A throwaway HOME: everything that the client writes lands below it. */
  home: string;
  /** `url` of the scripted Messages API. */
  apiUrl: string;
  sessionId?: string;
  /** The id of an earlier session of the same home and cwd, to go on with. */
  resume?: string;
  /** Path of a settings file that is read beside those of home and project. */
  settings?: string;
  args?: string[];
  env?: Record<string, string>;
  /** Default 60 s. Then the client and its descendants are killed, and `timedOut` is true. */
  timeLimitMs?: number;
  /** Its stdin stays open (for `--input-format stream-json`), until the test closes it. */
  openInput?: boolean;
  onSpawn?: (child: ChildProcess) => void;
}

/** One line of stream-json. */
export interface ClientEvent {
  type: string;
  subtype?: string;
  session_id?: string;
  [key: string]: unknown;
}

/** How a client ended; a killed one looks the same, with `signal` and without `result`. */
export interface ClientEnd {
  child: ChildProcess;
  code: number | null;
  signal: NodeJS.Signals | null;
  timedOut: boolean;
  events: ClientEvent[];
  /** The last line of a turn that came to its end. */
  result: ClientEvent | undefined;
  sessionId: string | undefined;
  stderr: string;
}

export interface RunningClient {
  child: ChildProcess;
  /** Fails only if the client could not be started at all. */
  ended: Promise<ClientEnd>;
}

export const CLIENT = fileURLToPath(new URL('./node_modules/.bin/claude', import.meta.url));

/** Runs one headless turn of the real Claude Code to its end, whatever the end is. */
export function runClient(options: ClientOptions): Promise<ClientEnd> {
  return startClient(options).ended;
}

/** The same, but returns at once, so that a test can do something to the client in mid turn. */
export function startClient(options: ClientOptions): RunningClient {
  requireClient();
  const child = spawn(CLIENT, clientArguments(options), {
    cwd: options.cwd,
    env: clientEnvironment(options),
    // A group of its own: a Ctrl-C at the test runner is not a Ctrl-C at the client.
    detached: true,
    // With an open stdin, -p waits for more of the prompt.
    stdio: [options.openInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const ended = end(child, options.timeLimitMs ?? 60_000);
  options.onSpawn?.(child);
  return { child, ended };
}

export function requireClient(): void {
  if (existsSync(CLIENT)) return;
  throw new Error('The real Claude Code is not installed for the tests: run `npm ci --prefix test/client`.');
}

/** Exported, so that a test of ours can start the client in its own way (detached, from a hook, …). */
export function clientArguments(options: Omit<ClientOptions, 'cwd' | 'home' | 'apiUrl'>): string[] {
  const { prompt, sessionId, resume, settings, args = [] } = options;
  return [
    ...['-p', prompt],
    ...['--permission-mode', 'bypassPermissions', '--output-format', 'stream-json', '--verbose'],
    ...(sessionId ? ['--session-id', sessionId] : []),
    ...(resume ? ['--resume', resume] : []),
    ...(settings ? ['--settings', settings] : []),
    ...args,
  ];
}

/**
 * Nothing of the surrounding environment but PATH, as `env -i` would. With these the client opens no
 * connection but to loopback. `unshare -n` would prove it, but a new network namespace has a loopback of its
 * own, where the scripted API does not listen: whoever wants it starts API and client inside one namespace.
 */
export function clientEnvironment({
  home,
  apiUrl,
  env = {},
}: Pick<ClientOptions, 'home' | 'apiUrl' | 'env'>) {
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    // The client and its tools would write to the machine's /tmp otherwise.
    TMPDIR: home,
    CLAUDE_CODE_TMPDIR: home,
    ANTHROPIC_BASE_URL: apiUrl,
    ANTHROPIC_API_KEY: 'dummy-key-of-the-tests',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    // An npm that a tool runs would ask the registry for news of itself.
    npm_config_update_notifier: 'false',
    // As root, bypassPermissions is refused outside a sandbox.
    IS_SANDBOX: '1',
    ...env,
  };
}

async function end(child: ChildProcess, timeLimitMs: number): Promise<ClientEnd> {
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) killTree(child.pid);
  }, timeLimitMs);
  const { code, signal } = await left(child);
  clearTimeout(limit);
  const events = parseEvents(output.join(''));
  return {
    child,
    code,
    signal,
    timedOut,
    events,
    result: events.findLast((event) => event.type === 'result'),
    sessionId: events.find((event) => event.session_id !== undefined)?.session_id,
    stderr: errors.join(''),
  };
}

function collect(stream: NodeJS.ReadableStream | null): string[] {
  const parts: string[] = [];
  stream?.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  return parts;
}

function left(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
    // A child of the client that lives on may hold its output open: what it still says is not waited for.
    child.once('exit', () => setTimeout(() => destroyOutput(child), 1_000).unref());
  });
}

function destroyOutput(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function parseEvents(output: string): ClientEvent[] {
  const lines = output.split('\n');
  // After a kill the last line may be cut; a whole one ends with a line feed, which leaves '' here.
  lines.pop();
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ClientEvent);
}
