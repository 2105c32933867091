import { describeState } from './describe-state.ts';
import type { ProcessFate } from './process-fate.ts';
import type { ShownSession } from './schemas.ts';
import type { Unfinished } from './signs.ts';
import type { Reaping, SessionFacts, SessionRow } from './store.ts';

export type Told = {
  row: SessionRow;
  facts: SessionFacts;
  /** Null: no process is known, or the session is over. */
  fate: ProcessFate | null;
  reaping: Reaping | null;
  unfinished: Unfinished;
  plan: object | null;
  /** The sessions of runs need no mark. */
  isOfRun: boolean;
};

export function readable({ row, facts, fate, reaping, unfinished, plan, isOfRun }: Told): ShownSession {
  return {
    id: row.id,
    state: row.state,
    reason: row.reason,
    why: describeState(row, fate, reaping),
    alive: aliveOf(row, fate),
    project: row.project,
    cwd: row.cwd,
    model: row.model,
    transcriptPath: row.transcript_path,
    permissionMode: row.permission_mode,
    pid: row.pid,
    processStart: row.process_start,
    bootId: row.boot_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    lastEventAt: facts.last_event_at,
    lastPromptAt: facts.last_prompt_at,
    lastTool: facts.last_tool,
    counts: { events: facts.events, prompts: facts.prompts, toolCalls: facts.tool_calls },
    autonomous: row.autonomous === 1 || isOfRun,
    unfinished: signsOf(unfinished),
    plan,
    reaped: row.state === 'reaped' && reaping ? shownReaping(reaping) : null,
    version: row.version,
  };
}

function aliveOf({ state }: SessionRow, fate: ProcessFate | null): boolean | null {
  if (state === 'ended' || state === 'reaped') return false;
  return fate === null || fate === 'unknown' ? null : fate === 'runs';
}

function shownReaping({ at, why, stateBefore, reasonBefore, unfinished }: Reaping): ShownSession['reaped'] {
  return { at, why, stateBefore, reasonBefore, unfinished: signsOf(unfinished) };
}

function signsOf({ strong, weak }: Unfinished): ShownSession['unfinished'] {
  return [
    ...strong.map((sign) => ({ ...sign, strength: 'strong' as const })),
    ...weak.map((sign) => ({ ...sign, strength: 'weak' as const })),
  ];
}
