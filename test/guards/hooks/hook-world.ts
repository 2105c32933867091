import { appendFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readRow } from '../../../sidecar/audit/index.ts';
import { type HookLifeOptions, openHookLife } from '../../../sidecar/guards/index.ts';
import { HOOK_ENTRIES } from '../../../sidecar/registration/index.ts';
import { projectOf } from '../../../sidecar/sessions/index.ts';
import { ledger } from '../../kit/ledger.ts';
import type { Row } from './transcript-rows.ts';

export const SEEN_IN_WORK = [
  ...['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse'],
  ...['PostToolUseFailure', 'Stop'],
];
export const SESSION = '11111111-2222-4333-8444-555555555555';
export const OTHER = '99999999-2222-4333-8444-555555555555';

/** Transcripts are files of this moment, and their age is looked at: so the clock begins now. */
export function hookWorld() {
  const opened = ledger();
  const { home, folder, clock, take } = opened;
  const began = Date.now();
  const project = join(folder, 'project');
  const transcripts = join(folder, 'projects');
  for (const path of [project, transcripts]) mkdirSync(path, { recursive: true });
  const registered = {
    places: [{ project: project as string | null, since: new Date(began - 60_000).toISOString() }],
    faults: [] as { event: string; reason: string; hint: string }[],
  };
  const at = (second: number) => new Date(began + second * 1_000);
  clock.now = at(0);
  let waits = false;

  function open(more: Partial<HookLifeOptions> = {}) {
    return openHookLife({
      ...{ store: opened.store, home, projectOf },
      sources: async () => ({
        ...{ readRow, folder: transcripts, registered: () => registered },
        switchedOff: () => null,
      }),
      isIgnored: () => false,
      eventsWait: () => waits,
      now: () => clock.now,
      ...more,
    });
  }

  /** Writes rows one second apart, the first at `from`. */
  function write(
    rows: Row[],
    { id = SESSION, from = 1, cwd = project, ...facts }: Row & { id?: string; from?: number } = {},
  ) {
    const place = join(transcripts, 'a-project');
    mkdirSync(place, { recursive: true });
    const common = { sessionId: id, cwd, version: '2.1.197', entrypoint: 'cli', ...facts };
    const lines = rows.map((row, index) => ({
      timestamp: at(from + index / 10).toISOString(),
      ...common,
      ...row,
    }));
    appendFileSync(join(place, `${id}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return join(place, `${id}.jsonl`);
  }

  /** What the hooks told of `WORKED`. */
  function hear(events: string[], { id = SESSION, from = 1 } = {}) {
    const tools: Record<string, string> = { PreToolUse: 't1', PostToolUse: 't1', PostToolUseFailure: 't2' };
    for (const event of events) {
      const body = { session_id: id, cwd: project, tool_name: 'Bash', tool_use_id: tools[event] };
      take(event, body, { at: at(event === 'SessionStart' ? from - 0.1 : from + 1).toISOString() });
      if (event === 'PreToolUse')
        take(event, { ...body, tool_use_id: 't2' }, { at: at(from + 1).toISOString() });
    }
  }

  /** When everything that was written is old enough to be judged. */
  async function judged(life = open()) {
    clock.now = at(30);
    await life.look();
    return life;
  }

  function rewrite(rows: Row[], more: Row & { from?: number } = {}) {
    rmSync(join(transcripts, 'a-project', `${SESSION}.jsonl`));
    write(rows, more);
  }

  function rename(name: string) {
    renameSync(join(transcripts, 'a-project', `${SESSION}.jsonl`), join(transcripts, 'a-project', name));
  }

  return {
    ...opened,
    rewrite,
    rename,
    project,
    transcripts,
    registered,
    at,
    open,
    write,
    hear,
    judged,
    wait: (on: boolean) => {
      waits = on;
    },
  };
}

export type HookWorld = ReturnType<typeof hookWorld>;
export type Life = ReturnType<typeof openHookLife>;

/** The events whose guards are blind. */
export const blindOf = (life: Life): string[] =>
  HOOK_ENTRIES.map(({ event }) => event).filter((event) => life.statusOf(event).blind);
