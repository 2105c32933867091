import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { countSpool, ensureHome, homePaths, readSidecarRecord } from '../../sidecar/home/index.ts';
import { CLI, callApi } from '../kit/real-sidecar.ts';
import { type Ended, runProgram } from '../kit/run-program.ts';
import { until } from '../kit/until.ts';
import { endAfterTest } from './end-after-test.ts';
import { hookFaults, hooksOfDebugFile } from './hook-runs.ts';
import { type MessagesApi, startMessagesApi, type Turn } from './messages-api.ts';
import { killTree } from './process-tree.ts';
import { processesIn } from './processes-in.ts';
import { type ClientEnd, type ClientOptions, type RunningClient, startClient } from './run-client.ts';
import { temporaryPlace } from './temporary.ts';
import { readTranscript } from './transcript.ts';

export interface LedgerEvent {
  seq: number;
  id: string;
  event: string;
  agentId: string | null;
  toolUseId: string | null;
  via: 'live' | 'spool';
  at: string;
  outcome: string;
  detail: string | null;
  body: Record<string, unknown>;
}

export interface SessionRow {
  id: string;
  state: string;
  reason: string | null;
  project: string | null;
  cwd: string | null;
  transcriptPath: string | null;
  permissionMode: string | null;
  alive: boolean | null;
  unfinished: { kind: string; strength: 'strong' | 'weak'; text: string }[];
  plan: { counts: Record<string, number>; items: { subject: string; status: string }[] } | null;
  reaped: { stateBefore: string; unfinished: unknown[] } | null;
  autonomous: boolean;
  pid: number | null;
  processStart: string | null;
  counts: { events: number; prompts: number; toolCalls: number };
}

export interface Status {
  running: boolean;
  pid: number | null;
  held: boolean;
  spool: { waiting: number; rejected: number };
}

interface Check {
  name: string;
  ok: boolean;
  detail: string;
  hint?: string;
}

interface Change {
  table: string;
  id: string;
  new: { state?: string; reason?: string | null } | null;
}

type SceneOptions = { defaultHome?: boolean; configFolder?: string | null; config?: object };
export type SessionOptions = Partial<ClientOptions> & { prompt?: string };

export type Scene = ReturnType<typeof holdfastScene>;

/**
 * A throwaway person with a project and, once a test calls `init`, with Holdfast; the command line is the
 * built one, run as a person would. Whatever is left running fails the test and is ended.
 *
 * `defaultHome`: no HOLDFAST_HOME, so that it is `.holdfast` below HOME. `configFolder`: the name of a
 * CLAUDE_CONFIG_DIR in the scene's folder. `config`: what the person has set before `init` adds to it.
 */
export function holdfastScene({ defaultHome = false, configFolder = null, config }: SceneOptions = {}) {
  const { folder, home, project, remove } = temporaryPlace();
  const paths = homePaths(defaultHome ? join(home, '.holdfast') : join(folder, 'holdfast'));
  const own: Record<string, string> = {
    ...(defaultHome ? {} : { HOLDFAST_HOME: paths.root }),
    ...(configFolder === null ? {} : { CLAUDE_CONFIG_DIR: join(folder, configFolder) }),
  };
  let clients = 0;
  if (config !== undefined) {
    mkdirSync(paths.root, { mode: 0o700 });
    writeFileSync(paths.config, JSON.stringify(config));
  }
  onTestFinished(remove);
  onTestFinished(() => endAll(folder));
  onTestFinished(async () => {
    if ((await servingPid()) !== null) await holdfast('stop', '--hold');
  });

  /** Before `init`, which starts the sidecar. */
  function configure(config: object): void {
    ensureHome(paths);
    writeFileSync(paths.config, JSON.stringify(config));
  }

  function holdfast(...args: string[]): Promise<Ended> {
    return holdfastIn(project, ...args);
  }

  function holdfastIn(cwd: string, ...args: string[]): Promise<Ended> {
    const environment = { PATH: process.env.PATH, HOME: home, NO_COLOR: '1', ...own };
    return runProgram(process.execPath, { args: [CLI, ...args], cwd, env: environment });
  }

  /** Of a verb that must succeed. */
  async function done(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await holdfast(...args);
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
    return stdout;
  }

  async function servingPid(): Promise<number | null> {
    try {
      const { pid } = (await callApi<{ pid: number }>(paths, '/health')).body;
      // The port of one that was killed may be another test's by now.
      return readSidecarRecord(paths)?.pid === pid ? pid : null;
    } catch {
      return null; // No endpoint, or nobody behind it.
    }
  }

  /** What `holdfast status` says, looked up without one more process: a scene asks often. */
  async function status(): Promise<Status> {
    const pid = await servingPid();
    return { running: pid !== null, pid, held: existsSync(paths.hold), spool: countSpool(paths) };
  }

  async function doctor(): Promise<{ code: number | null; ok: boolean; checks: Check[] }> {
    const { code, stdout } = await holdfast('doctor', '--json');
    return { code, ...JSON.parse(stdout) };
  }

  async function begin(script: Turn[], options: SessionOptions = {}) {
    const api = await startMessagesApi(script);
    onTestFinished(api.close);
    clients += 1;
    const debugFile = join(folder, `debug-${clients}.txt`);
    const running = startClient({
      prompt: 'Begin.',
      cwd: project,
      home,
      apiUrl: api.url,
      ...options,
      env: { ...own, ...options.env },
      args: ['--include-hook-events', '--debug-file', debugFile, ...(options.args ?? [])],
      onSpawn: (child) => {
        endAfterTest(child);
        options.onSpawn?.(child);
      },
    });
    return { ...running, api, debugFile };
  }

  /** A whole session, in which no hook may go wrong. */
  async function session(script: Turn[], options: SessionOptions = {}) {
    return finish(await begin(script, options));
  }

  async function finish({ ended, api, debugFile }: RunningClient & { api: MessagesApi; debugFile: string }) {
    const end = await ended;
    expect(end).toMatchObject({ signal: null, timedOut: false, stderr: '' });
    expect(hookFaults(end, debugFile)).toEqual([]);
    return { end, api, sessionId: idOf(end), quietHooks: hooksOfDebugFile(debugFile) };
  }

  async function get<T>(path: string): Promise<T> {
    const { status: code, body } = await callApi<T>(paths, path);
    expect({ path, code }).toEqual({ path, code: 200 });
    return body;
  }

  /** What the ledger holds of a session, each event with its body. */
  async function events(sessionId: string): Promise<LedgerEvent[]> {
    const { events: rows } = await get<{ events: LedgerEvent[] }>(`/events?sessionId=${sessionId}`);
    return Promise.all(rows.map(({ id }) => get<LedgerEvent>(`/events/${id}`)));
  }

  /** The states that a session went through, as the change log has them. */
  async function moves(sessionId: string): Promise<string[]> {
    const { changes } = await get<{ changes: Change[] }>('/changes');
    const ours = changes.filter(({ table, id }) => table === 'sessions' && id === sessionId);
    return ours.flatMap((change) => change.new?.state ?? []);
  }

  return {
    folder,
    home,
    project,
    paths,
    configure,
    holdfast,
    holdfastIn,
    done,
    status,
    doctor,
    begin,
    finish,
    session,
    events,
    moves,
    get,
    row: (sessionId: string) => get<SessionRow>(`/sessions/${sessionId}`),
    rows: async () => (await get<{ sessions: SessionRow[] }>('/sessions')).sessions,
    /** Waits until just so many processes of the scene are left: a hook's last one may be about to end. */
    processes: (count: number) =>
      until(
        `${count} processes to be left`,
        () => processesIn(folder).length === count && processesIn(folder),
      ),
    transcript: (sessionId: string) => readTranscript({ home, sessionId }),
    spoolTaken: () => until('the spool to be taken', () => countSpool(paths).waiting === 0),
  };
}

function idOf(end: ClientEnd): string {
  if (end.sessionId === undefined) throw new Error('The client named no session.');
  return end.sessionId;
}

/** The last word on `no process is left`: whoever still carries this scene in its environment. */
async function endAll(folder: string): Promise<void> {
  try {
    await until('every process of the scene to end', () => processesIn(folder).length === 0, 3_000);
  } catch {
    const left = processesIn(folder);
    for (const { pid } of left) killTree(pid);
    expect(left).toEqual([]);
  }
}
