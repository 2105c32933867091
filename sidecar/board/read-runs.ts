import { decodeSeqCursor, pageBySeq } from '../http/index.ts';
import type { ShownPlan } from '../plans/index.ts';
import { describeRun, isFinished, type Run } from '../runs/index.ts';
import type { Turn } from '../turns/index.ts';
import { type BoardSources, type OneList, PAGE_ROWS } from './sources.ts';

const MOST_LIVE = 8;
const MOST_FINISHED = 4;
/** A run of a thousand turns is a bar of its last ones. */
const MOST_TURNS = 60;

export type ShownRun = {
  run: ReturnType<typeof describeRun>;
  turns: Turn[];
  plan: ShownPlan | null;
  isLive: boolean;
};
export type RunsData = { rows: ShownRun[]; live: number; total: number; older: string | null };

export function readRuns(sources: BoardSources, one: OneList | null): RunsData {
  const { rooms } = sources.runs;
  const counts = rooms.runs.countByState();
  const sum = (some: typeof counts) => some.reduce((total, { count }) => total + count, 0);
  const { rows, nextCursor } = one ? inFull(sources, one) : { rows: inShort(sources), nextCursor: null };
  return {
    rows: rows.map((run) => show(sources, run)),
    live: sum(counts.filter((state) => !isFinished(state))),
    total: sum(counts),
    older: nextCursor,
  };
}

function show({ runs, plans }: BoardSources, run: Run): ShownRun {
  return {
    run: describeRun(runs.rooms, run),
    turns: runs.rooms.turns.ofRun(run.id).slice(-MOST_TURNS),
    plan: run.sessionId === null ? null : plans.of(run.sessionId),
    isLive: !isFinished(run),
  };
}

function inShort({ runs }: BoardSources): Run[] {
  const store = runs.rooms.runs;
  const live = store.live().reverse().slice(0, MOST_LIVE);
  const newest = store.page({}, decodeSeqCursor(undefined), MOST_LIVE + MOST_FINISHED);
  return [...live, ...newest.filter(isFinished).slice(0, MOST_FINISHED)];
}

function inFull({ runs }: BoardSources, { before }: OneList) {
  return pageBySeq(runs.rooms.runs.page({}, decodeSeqCursor(before), PAGE_ROWS + 1), PAGE_ROWS);
}
