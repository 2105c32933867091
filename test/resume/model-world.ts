import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { processStart } from '../../sidecar/machine/index.ts';
import { openPlans } from '../../sidecar/plans/index.ts';
import { followAttempt } from '../../sidecar/resume/attempt.ts';
import { brakeStore } from '../../sidecar/resume/brake-store.ts';
import { byHand } from '../../sidecar/resume/by-hand.ts';
import { newCollector } from '../../sidecar/resume/collect.ts';
import { describeQueue } from '../../sidecar/resume/describe.ts';
import { newDrainer } from '../../sidecar/resume/drain.ts';
import { entryStore } from '../../sidecar/resume/entry-store.ts';
import { newGates } from '../../sidecar/resume/gates.ts';
import { refusalStore } from '../../sidecar/resume/refusal-store.ts';
import type { ResumeRooms } from '../../sidecar/resume/rooms.ts';
import { openRuns, type Run } from '../../sidecar/runs/index.ts';
import { lastEvents, sessionStore } from '../../sidecar/sessions/index.ts';
import { newSweep } from '../../sidecar/sessions/sweep.ts';
import { openStore, type Store } from '../../sidecar/store/index.ts';
import { cutOffTurn } from '../../sidecar/turns/index.ts';
import { openUnfinished } from '../../sidecar/unfinished/index.ts';
import { takeInto } from '../kit/take-into.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import { wordOver } from '../kit/word.ts';
import { aMachine, endChild, type Machine, standInEngine } from './model-engine.ts';
import { LIMITS } from './resume-kit.ts';

export const RUNS = ['run-a', 'run-b'];
export const MARKED = 'marked';
/** No process has it: the kernel gives none so high. */
const NOBODY = { pid: 2 ** 30, processStart: '1' };

/**
 * A ledger with the rooms that the queue works with, which can be killed at a step and opened anew. The runs are
 * the real room; the turn engine's rows are real and its clients are made up.
 */
export function modelWorld(dryRun: boolean) {
  const { home, folder, remove } = temporaryHome();
  const machine = aMachine();
  const place = { folder, homeRoot: home.root };
  let life = openLife(openStore({ home }), machine, place, dryRun);
  seed(life, folder);

  return {
    machine,
    life: () => life,
    /** The sidecar ends, by itself or not, and the next one takes over. */
    restart: async (dryRun = life.rooms.limits.dryRun): Promise<void> => {
      await life.end();
      life = openLife(openStore({ home }), machine, place, dryRun);
    },
    end: async (): Promise<void> => {
      await life.end();
      for (const { child } of machine.clients.values()) await endChild(child);
      remove();
    },
  };
}

export type ModelWorld = ReturnType<typeof modelWorld>;
export type Life = ReturnType<typeof openLife>;

export function openLife(
  store: Store,
  machine: Machine,
  { folder, homeRoot }: { folder: string; homeRoot: string },
  dryRun: boolean,
) {
  const now = () => new Date(machine.wallMs);
  const steady = () => machine.steadyMs;
  const warn = () => {};
  const sessions = sessionStore(store);
  const heard = lastEvents(store);
  const word = wordOver(store);
  const plans = openPlans({ store, isLive: sessions.isLive });
  const engine = standInEngine(store, machine, now, (turn) => runs.turnEnded(turn));
  const runs = openRuns({
    ...{ store, turns: engine, homeRoot, warn, now },
    open: { promises: () => [], planItems: () => [] },
    limits: {
      ...{ claudePath: process.execPath, permissionMode: 'default', maxTurns: 0, maxUsd: 0 },
      ...{ untilSeconds: 5, worktrees: folder, setup: null },
    },
    deployHooks: async () => {},
    eventsWait: () => false,
    mask: (text) => text,
    tickMs: 2 ** 30, // By itself at no moment that the model does not choose.
  });
  const unfinishedOf = openUnfinished({
    ...{ sessions, plans, word, now, lastEvents: heard },
    cutOffTurn: (sessionId) => cutOffTurn(engine.lastOfSession(sessionId)),
  });
  const rooms: ResumeRooms = {
    ...{ store, sessions, lastEvents: heard, turns: engine, unfinishedOf, warn, clock: { now, steady } },
    entries: entryStore(store),
    refusals: refusalStore(store),
    brakes: brakeStore(store),
    limits: { ...LIMITS, dryRun, maxUsdPerDay: 1_000 },
    lock: {
      state: () =>
        machine.lockIsOurs
          ? { held: true, how: 'created', detail: 'it was free' }
          : { held: false, reason: 'lock-lost', detail: 'another one has it', hint: 'Ask there.' },
      stillMine: () => machine.lockIsOurs,
      look: () => null,
    },
    runs: {
      one: runs.rooms.runs.one,
      ofSession: runs.rooms.runs.ofSession,
      endedSince: runs.rooms.runs.endedSince,
      notRevivable: runs.notRevivable,
      beginRevival: runs.beginRevival,
      launch: runs.launch,
      findClaude: () => process.execPath,
    },
    world: {
      isFolder: () => true,
      branchOf: async () => machine.branch,
      markOf: async () => 'as it was',
      clientsOf: async (sessionId) =>
        [...machine.clients.values()].filter((one) => one.sessionId === sessionId).map(() => 1),
      load: () => (machine.calm ? { load: 0, memoryFree: 1 } : { load: null, memoryFree: null }),
    },
    eventsWait: () => false,
  };
  const gates = newGates(rooms);
  engine.recover();
  runs.recover();

  return {
    ...{ store, rooms, runs, engine, gates },
    send: takeInto(store, { sessions, word, plans, notices: { tell: () => null } }, now),
    sweep: newSweep({
      ...{ store, sessions, unfinishedOf, lastEvents: heard },
      eventsWait: () => false,
      closing: new AbortController().signal,
      reaped: () => {},
      failed: () => {},
      clock: { now: () => machine.wallMs, steady },
    }),
    collect: newCollector(rooms),
    drainer: newDrainer(rooms, gates),
    hand: byHand(rooms),
    describe: () => describeQueue(rooms, gates),
    follow: async (): Promise<void> => {
      for (const entry of rooms.entries.open())
        if (entry.state === 'starting') await followAttempt(rooms, entry);
    },
    isDead: (): boolean => !store.db.open,
    /** A run that looks at what is open does so by itself: until it has. */
    settle: (): Promise<unknown> =>
      until('the runs to have looked', () => !runs.rooms.runs.live().some(isLooking), 5_000, 1),
    /** As a kill would: nothing that is under way can write any more. */
    kill: (): void => void store.close(),
    end: async (): Promise<void> => {
      await runs.stop().catch(() => {});
      store.close();
    },
  };
}

const isLooking = ({ state, nextStep }: Run) =>
  state === 'seed' || state === 'spawning' || (state === 'waiting' && nextStep === 'look');

/** Two runs at work, and a session that a person marked, whose client went in mid-tool. */
function seed({ store, runs, engine, send, rooms }: Life, folder: string): void {
  for (const id of RUNS) {
    const turnId = store.write(() => {
      const run = runs.rooms.runs.add(aRun(id, folder));
      const request = { runId: id, sessionId: `s-${id}`, resume: false, directory: folder, prompt: 'x' };
      return engine.begin({ ...request, claude: run.claude, model: null, permissionMode: 'default' }).id;
    });
    engine.launch(turnId);
    engine.says(turnId, `s-${id}`);
  }
  hears(send, MARKED, folder, NOBODY);
  rooms.sessions.mark(MARKED, true);
}

/** The hooks of a client that begins, or takes its session up again. */
export function hears(
  send: Life['send'],
  sessionId: string,
  cwd: string,
  client: { pid: number; processStart: string | null },
): void {
  const body = { session_id: sessionId, cwd, transcript_path: `${cwd}/${sessionId}.jsonl` };
  const given = { client, id: randomUUID() };
  send('SessionStart', { ...body, source: 'startup' }, given);
  send('UserPromptSubmit', { ...body, prompt: 'Do it.' }, { ...given, id: randomUUID() });
}

export async function aChild(): Promise<{ child: ChildProcess; pid: number; processStart: string | null }> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = Number(child.pid);
  return { child, pid, processStart: processStart(pid) };
}

export function aRun(id: string, directory: string): Omit<Run, 'seq'> {
  const nothing = { reason: null, detail: null, nextStep: null, waitUntil: null, worktree: null };
  const never = { untilResult: null, setup: null, setupOutput: null, command: null, killAskedAt: null };
  return {
    ...{ ...nothing, ...never, id, directory, project: directory, state: 'running', objective: 'x' },
    ...{ branch: null, newBranch: false, startPoint: null, baseCommit: null, sessionId: `s-${id}` },
    ...{ claude: process.execPath, model: null, permissionMode: 'default', maxTurns: null, maxUsd: null },
    ...{ turnsBefore: 0, until: null, says: [], tries: 0, idle: 0, openBefore: null, externalKey: null },
    ...{ createdAt: '2030-01-01T00:00:00.000Z', endedAt: null, cleanedAt: null, version: 1 },
  };
}
