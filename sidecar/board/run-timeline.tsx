import type { Turn } from '../turns/index.ts';
import { count, exact, usd, When } from './parts.tsx';

const WIDTH = 1000;
/** So that a turn of a second can still be seen, and pointed at, in a run of a day. */
const NARROWEST = 6;

type Span = { createdAt: string; endedAt: string | null };

/** The turns of a run along its time, from its first turn to its end or to now. */
export function Timeline({ turns, run, now }: { turns: Turn[]; run: Span; now: Date }) {
  const first = turns[0];
  if (!first) return null;
  const from = Date.parse(first.startedAt);
  const to = Math.max(from + 1, run.endedAt === null ? now.getTime() : Date.parse(run.endedAt));
  const place = (at: number) => ((at - from) / (to - from)) * (WIDTH - NARROWEST);
  return (
    <div class="timeline">
      <svg
        viewBox={`0 0 ${WIDTH} 10`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${count(turns.length, 'turn')} in time: ${turns.map(({ state }) => state).join(', ')}`}
      >
        {turns.map((turn) => {
          const x = place(Date.parse(turn.startedAt));
          const end = place(turn.endedAt === null ? to : Date.parse(turn.endedAt));
          return (
            <rect
              class={turn.endedAt === null ? 'running' : turn.state}
              x={x.toFixed(1)}
              y="0"
              width={Math.max(NARROWEST, end - x - 1).toFixed(1)}
              height="10"
            >
              <title>
                {`${turn.state}, from ${exact(turn.startedAt)}${turn.endedAt === null ? '' : ` to ${exact(turn.endedAt)}`}, ${count(turn.toolCalls, 'tool call')}, ${usd(turn.costUsd)}`}
              </title>
            </rect>
          );
        })}
      </svg>
      <p class="dates">
        <span>
          first turn <When at={first.startedAt} now={now} />
        </span>
        <span>{run.endedAt === null ? 'now' : <When at={run.endedAt} now={now} />}</span>
      </p>
    </div>
  );
}
