import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HomePaths, readEndpoint } from '../../home/index.ts';
import { bad, type Check, good } from './check.ts';
import type { Registered } from './registration-checks.ts';

const COMMAND_LIMIT_MS = 5_000;
const ARRIVAL_LIMIT_MS = 8_000;

type Arrived = { event: string; via: string; source: string };

/** Feeds a sample event through each command as it is registered, and looks for it in the ledger. */
export async function proveHooks(
  registered: Registered[],
  { home, project, env }: { home: HomePaths; project: string; env: NodeJS.ProcessEnv },
): Promise<Check[]> {
  const sessionId = `holdfast-doctor-${randomUUID()}`;
  const ran = await Promise.all(
    registered.map(async (hook) => ({ hook, problem: await runHook(hook, { sessionId, project, env }) })),
  );
  const arrived = await waitForEvents(home, sessionId, ran.filter(({ problem }) => problem === null).length);
  return ran.map(({ hook: { event, file, command, source }, problem }) => {
    const name = source === 'plugin' ? `live.plugin.${event}` : `live.${event}`;
    if (problem !== null)
      return bad(name, `${command} ${problem}`, `Look at ${file}, or run \`holdfast init\` again.`);
    const found = arrived.find((row) => row.event === event && row.source === source);
    if (found)
      return good(name, found.via === 'live' ? 'the sample arrived' : 'the sample arrived through the spool');
    return bad(name, 'the sample event never arrived', `Run the command by hand to see why: ${command}`);
  });
}

/** Null when it ended as a hook must. The client gives a hook its input on a socket, and so does spawn. */
function runHook(
  { event, command, env: own }: Registered,
  { sessionId, project, env }: { sessionId: string; project: string; env: NodeJS.ProcessEnv },
): Promise<string | null> {
  const sample = {
    session_id: sessionId,
    hook_event_name: event,
    cwd: project,
    tool_name: 'Doctor',
    holdfast_sample: true,
  };
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: project,
      env: { ...env, ...own, CLAUDE_PROJECT_DIR: project },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(`did not end within ${COMMAND_LIMIT_MS / 1000} s`);
    }, COMMAND_LIMIT_MS);
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => {
      clearTimeout(limit);
      resolve(code === 0 ? null : `ended with ${code}`);
    });
    child.stdin.on('error', () => {}); // It may end without reading: its exit code and the ledger tell.
    child.stdin.end(JSON.stringify(sample));
  });
}

async function waitForEvents(home: HomePaths, sessionId: string, count: number): Promise<Arrived[]> {
  const deadline = Date.now() + ARRIVAL_LIMIT_MS;
  for (;;) {
    const events = await eventsOf(home, sessionId);
    if (events.length >= count || Date.now() > deadline) return events;
    await sleep(100);
  }
}

async function eventsOf(home: HomePaths, sessionId: string): Promise<Arrived[]> {
  const endpoint = readEndpoint(home);
  if (!endpoint) return [];
  try {
    const response = await fetch(`http://127.0.0.1:${endpoint.port}/events?sessionId=${sessionId}`, {
      headers: { authorization: `Bearer ${endpoint.token}` },
      signal: AbortSignal.timeout(2_000),
    });
    return response.ok ? ((await response.json()) as { events: Arrived[] }).events : [];
  } catch {
    return []; // The sidecar went away: asked again until the limit, and then said of each hook.
  }
}
