import { join } from 'node:path';
import type { z } from '../http/index.ts';
import type { Turn } from '../turns/index.ts';
import type { RunRooms } from './rooms.ts';
import { isFinished, type Run } from './run.ts';
import type { RunSchema, TurnSchema } from './schemas.ts';
import { spentBy } from './spent.ts';
import { whatIsOpen } from './what-is-open.ts';

/** A run as the door shows it: the row, and what is derived from its turns and its session. */
export function describeRun(rooms: Pick<RunRooms, 'turns' | 'open'>, run: Run): z.infer<typeof RunSchema> {
  const turns = rooms.turns.ofRun(run.id);
  const denials = [...new Set(turns.flatMap((turn) => turn.denials))];
  const { turns: count, costUsd } = spentBy(run, turns);
  return {
    id: run.id,
    state: run.state,
    reason: run.reason,
    detail: run.detail,
    hint: hintOf(run, denials),
    waitUntil: run.waitUntil,
    objective: run.objective,
    project: run.project,
    directory: run.directory,
    worktree: run.worktree,
    branch: run.branch,
    sessionId: run.sessionId,
    model: run.model,
    permissionMode: run.permissionMode,
    turns: count,
    costUsd,
    maxTurns: run.maxTurns,
    maxUsd: run.maxUsd,
    open: openOf(rooms, run),
    denials,
    until: run.until,
    untilResult: run.untilResult,
    setup: run.setup,
    setupOutput: run.setupOutput,
    waitingTexts: run.says.length,
    externalKey: run.externalKey,
    createdAt: run.createdAt,
    endedAt: run.endedAt,
    cleanedAt: run.cleanedAt,
    version: run.version,
  };
}

function openOf(rooms: Pick<RunRooms, 'open'>, run: Run): z.infer<typeof RunSchema>['open'] {
  return whatIsOpen(rooms.open, run).map(({ kind, text }) => ({ kind, text }));
}

function hintOf(run: Run, denials: string[]): string | null {
  if (denials.length > 0 && isFinished(run)) return howToAllow(run, denials);
  if (run.state !== 'failed') return null;
  if (run.sessionId === null) return 'Mend it, and begin a new run.';
  if (run.reason === 'max-turns') return `holdfast restore ${run.id} gives it as many turns again.`;
  if (run.reason === 'max-usd') return `holdfast restore ${run.id} --max-usd X raises the limit.`;
  return `holdfast restore ${run.id} goes on where it was; holdfast say ${run.id} TEXT tells it something, too.`;
}

function howToAllow({ id, state }: Run, denials: string[]): string {
  const goOn =
    state === 'completed'
      ? `then go on with holdfast say ${id} TEXT; runs.permissionMode gives new runs more`
      : `or go on with more: holdfast restore ${id} --permission-mode bypassPermissions`;
  return `It was not allowed to use ${denials.join(', ')}. Allow it in your own permission rules, ${goOn}.`;
}

export function describeTurn(turn: Turn, turnsFolder: string): z.infer<typeof TurnSchema> {
  return {
    id: turn.id,
    state: turn.state,
    sessionId: turn.seenSessionId ?? turn.sessionId,
    pid: turn.pid,
    events: turn.events,
    toolCalls: turn.toolCalls,
    malformed: turn.malformed,
    costUsd: turn.costUsd,
    error: turn.error && { class: turn.error.class, text: turn.error.text },
    denials: turn.denials,
    text: turn.text,
    startedAt: turn.startedAt,
    lastActivityAt: turn.lastActivityAt,
    endedAt: turn.endedAt,
    log: join(turnsFolder, `${turn.id}.ndjson`),
  };
}
