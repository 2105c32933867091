import { decodeCursor, pageOf } from '../http/index.ts';
import type { SessionRow, SessionState, ShownSession } from '../sessions/index.ts';
import { Older } from './older.tsx';
import { count, Empty, Facts, More, Project, Section, State, type Tone, usd, When } from './parts.tsx';
import { type BoardSources, type OneList, PAGE_ROWS } from './sources.ts';

const LIVE: SessionState[] = ['in_turn', 'stalled', 'between_turns', 'booting'];
const MOST_LIVE = 12;
/** Of those that are over: what a person wants to know of them is what they left. */
const MOST_OVER = 4;

const WORDS: Record<SessionState, [Tone, string]> = {
  booting: ['busy', 'starting'],
  in_turn: ['busy', 'in a turn'],
  between_turns: ['good', 'between turns'],
  stalled: ['warn', 'stalled'],
  ended: ['idle', 'ended'],
  reaped: ['bad', 'gone'],
};

type Shown = ShownSession & { costUsd: number | null };
export type NowData = {
  rows: Shown[];
  live: number;
  total: number;
  atWork: number;
  older: string | null;
};

export async function readNow(sources: BoardSources, one: OneList | null): Promise<NowData> {
  const { sessions } = sources;
  const counts = sessions.countByState();
  const sum = (states: SessionState[]) =>
    counts.reduce((total, { state, count }) => (states.includes(state) ? total + count : total), 0);
  const { rows, older } = one ? inFull(sessions, one) : { rows: inShort(sessions), older: null };
  const shown = rows.map(async (row) => ({
    ...(await sources.showSession(row, { worktree: false })),
    costUsd: sources.turns.costOfSession(row.id),
  }));
  const over: SessionState[] = ['ended', 'reaped'];
  return {
    rows: await Promise.all(shown),
    live: sum(LIVE),
    total: sum([...LIVE, ...over]),
    atWork: sum(['in_turn']),
    older,
  };
}

/** Those at work first, then the others that live, then a few that are over. */
function inShort(sessions: BoardSources['sessions']): SessionRow[] {
  const first = decodeCursor(undefined);
  const page = (state: SessionState, limit: number) => sessions.page({ state }, first, limit);
  const live = LIVE.flatMap((state) => page(state, MOST_LIVE)).slice(0, MOST_LIVE);
  const over = [...page('reaped', MOST_OVER), ...page('ended', MOST_OVER)];
  return [...live, ...over.sort((a, b) => (a.started_at < b.started_at ? 1 : -1)).slice(0, MOST_OVER)];
}

function inFull(sessions: BoardSources['sessions'], { before }: OneList) {
  const found = sessions.page({}, decodeCursor(before), PAGE_ROWS + 1);
  const { rows, nextCursor } = pageOf(found, PAGE_ROWS, (row) => ({ at: row.started_at, id: row.id }));
  return { rows, older: nextCursor };
}

export function Now({ data, now, one }: { data: NowData; now: Date; one: OneList | null }) {
  const { rows, live, total, atWork, older } = data;
  const summary =
    total === 0
      ? 'No session was heard of yet.'
      : `${count(live, 'session lives', 'sessions live')}, ${atWork} of them in a turn.`;
  return (
    <Section id="now" title="Now" summary={summary}>
      {total === 0 && (
        <Empty>
          Run <code>holdfast init</code> in a project of yours, then start Claude Code there: its session
          shows up here by itself. <code>holdfast doctor</code> tells where nothing comes.
        </Empty>
      )}
      <ul class="rows">
        {rows.map((row) => (
          <Session row={row} now={now} />
        ))}
      </ul>
      {one ? (
        <Older list="sessions" before={older} />
      ) : (
        <More list="sessions" shown={rows.length} total={total} />
      )}
    </Section>
  );
}

function Session({ row, now }: { row: Shown; now: Date }) {
  const [tone, word] = WORDS[row.state];
  const left = row.reaped?.unfinished ?? [];
  const plan = row.plan as { counts?: { total: number; completed: number } } | null;
  return (
    <li>
      <State tone={tone}>{word}</State>
      <div>
        <p>
          <Project path={row.project ?? row.cwd} /> <span class="soft">{row.model}</span>
        </p>
        <Facts
          of={[
            row.counts.prompts > 0 && `turn ${row.counts.prompts}`,
            row.lastTool && (
              <>
                {row.state === 'in_turn' ? 'at' : 'last'} <code>{row.lastTool}</code>
              </>
            ),
            row.counts.toolCalls > 0 && count(row.counts.toolCalls, 'tool call'),
            row.costUsd !== null && usd(row.costUsd),
            plan?.counts && `plan ${plan.counts.completed} of ${plan.counts.total}`,
            tone !== 'good' && tone !== 'busy' && row.why,
            left.length > 0 && `left undone: ${left.map(({ text }) => text).join(' ')}`,
          ]}
        />
      </div>
      <When at={row.lastEventAt ?? row.startedAt} now={now} />
    </li>
  );
}
