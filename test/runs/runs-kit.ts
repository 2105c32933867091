import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Word } from '../../sidecar/commitments/index.ts';
import {
  openRuns,
  type Run,
  type RunLimits,
  type RunRequest,
  type Runs,
  type RunsOptions,
} from '../../sidecar/runs/index.ts';
import { openTurns, type Turn, type Turns } from '../../sidecar/turns/index.ts';
import { changeLogFaults } from '../chaos/replay-changes.ts';
import { repository } from '../kit/git.ts';
import { type OpenedStore, openedStore } from '../kit/opened-store.ts';
import { until } from '../kit/until.ts';
import { wordOver } from '../kit/word.ts';
import { FAKE_CLAUDE, processesOfTurns } from '../turns/turns-kit.ts';

export { FAKE_CLAUDE } from '../turns/turns-kit.ts';

export type Scene = OpenedStore & {
  runs: Runs;
  turns: Turns;
  word: Word;
  project: string;
  /** Moves by hand; it stands at the real time first. */
  clock: { aheadMs: number };
  /** What is open on every plan. */
  plan: { id: string; text: string }[];
  warnings: string[];
  begin: (given?: Partial<RunRequest>) => Promise<Run>;
  one: (id: string) => Run;
  /** Waits for a state. */
  reach: (id: string, state: Run['state'], limitMs?: number) => Promise<Run>;
  turnsOf: (id: string) => Turn[];
  /** What the client was asked at its n-th start, from 1. */
  prompt: (n: number) => string;
  args: (n: number) => string[];
  environment: (n: number) => string;
  starts: () => number;
};

/** What the fake client plays: line N at its N-th start, the last one for all further ones. */
export function plays(folder: string, lines: string[]): Record<string, string> {
  const file = join(folder, 'plays');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return { FAKE_CLAUDE: file, FAKE_CLAUDE_LOG: join(folder, 'starts') };
}

/** The room of runs over a ledger of its own, with real git, the real turn engine and the fake client. */
export function scene(
  lines: string[],
  {
    limits,
    forgetful = false,
    stallSeconds = 0,
    ...given
  }: Partial<Omit<RunsOptions, 'limits'>> & {
    limits?: Partial<RunLimits>;
    forgetful?: boolean;
    stallSeconds?: number;
  } = {},
  opened = openedStore(),
): Scene {
  const { store, home, folder } = opened;
  const project = join(folder, 'project');
  const starts = join(folder, 'starts');
  const clock = { aheadMs: 0 };
  const plan: Scene['plan'] = [];
  const warnings: string[] = [];
  const word = wordOver(store);
  mkdirSync(starts, { recursive: true });
  repository(project);
  const turns = openTurns({
    store,
    home,
    stallSeconds,
    hookSettings: '{}',
    ended: (turn) => runs.turnEnded(turn),
    environment: { PATH: process.env.PATH, HOME: folder, ...plays(folder, lines) },
    killAfterMs: 500,
  });
  const runs: Runs = openRuns({
    store,
    turns,
    open: {
      promises: (sessionId) => word.commitments.openFor({ topicId: null, sessionId }),
      planItems: () => plan,
    },
    limits: {
      claudePath: FAKE_CLAUDE,
      permissionMode: 'acceptEdits',
      maxTurns: 20,
      maxUsd: 10,
      untilSeconds: 20,
      worktrees: home.worktrees,
      setup: null,
      ...limits,
    },
    homeRoot: home.root,
    deployHooks: async () => {},
    eventsWait: () => false,
    mask: (text) => text,
    warn: (what, facts) => warnings.push(`${what}: ${facts.why}`),
    now: () => new Date(Date.now() + clock.aheadMs),
    tickMs: 30,
    ...given,
  });
  runs.recover();
  onTestFinished(async () => {
    await runs.stop();
    for (const turn of turns.live()) await turns.stop(turn.id);
    turns.close();
    expect(changeLogFaults(store.db, { forgetful })).toEqual([]);
    await until('the processes of the turns to end', () => processesOfTurns(store).length === 0, 3_000);
  });

  function one(id: string): Run {
    const run = runs.rooms.runs.one(id);
    if (!run) throw new Error(`there is no run ${id}`);
    return run;
  }

  return {
    ...opened,
    runs,
    turns,
    word,
    project,
    clock,
    plan,
    warnings,
    begin: async (request = {}) =>
      (await runs.create({ objective: 'Make the tests pass.', project, ...request })).run,
    one,
    reach: (id, state, limitMs = 10_000) =>
      until(
        `the run to be ${state}`,
        () => {
          const run = one(id);
          if (run.state === state) return run;
          if (run.endedAt !== null) throw new Error(`it is ${run.state}: ${run.reason} ${run.detail}`);
          return null;
        },
        limitMs,
      ),
    turnsOf: (id) => turns.ofRun(id),
    prompt: (n) => readFileSync(join(starts, `${n}.prompt`), 'utf8'),
    args: (n) => readFileSync(join(starts, `${n}.args`), 'utf8').split('\n'),
    environment: (n) => readFileSync(join(starts, `${n}.environment`), 'utf8'),
    starts: () => readdirSync(starts).filter((name) => name.endsWith('.environment')).length,
  };
}
