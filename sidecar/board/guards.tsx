import type { GuardState } from '../guards/index.ts';
import { count, cut, Empty, Facts, Prose, Section, State, type Tone, When } from './parts.tsx';
import { Rest, slice } from './slice.tsx';
import type { AttentionItem, GuardRow, OneList } from './sources.ts';

/** Those that are as they should be say so in one line. */
const MOST_GUARDS = 30;
const MOST_CLOSED = 5;

const TONES: Record<GuardState, Tone> = {
  errored: 'bad',
  missing: 'bad',
  'off-runtime-divergent': 'bad',
  'on-stale': 'bad',
  'on-blind': 'bad',
  'diverged-pending-restart': 'warn',
  'on-dry-run': 'warn',
  'on-confirmed': 'good',
  'on-unverified': 'good',
  off: 'idle',
};

const ORDER: Tone[] = ['bad', 'warn', 'idle', 'good'];

export const isLoud = (guard: GuardRow): boolean => toneOf(guard) === 'bad';

type Props = { guards: GuardRow[]; items: AttentionItem[]; now: Date; one: OneList | null };

export function Guards({ guards, items, now, one }: Props) {
  const loud = guards.filter(isLoud).length;
  const sorted = ORDER.flatMap((tone) => guards.filter((guard) => toneOf(guard) === tone));
  const part = slice(sorted, one, MOST_GUARDS);
  const calm = part.rows.filter((guard) => one === null && toneOf(guard) === 'good');
  const told = part.rows.filter((guard) => !calm.includes(guard));
  return (
    <Section
      id="guards"
      title="Guards"
      summary={
        loud === 0
          ? `${count(guards.length, 'guard')}, none is loud.`
          : `${loud} of ${guards.length} are loud.`
      }
    >
      {one === null && <Attention items={items} now={now} />}
      {guards.length === 0 && (
        <Empty>
          No guard is declared. <code>holdfast doctor</code> tells what is wrong.
        </Empty>
      )}
      <ul class="rows">
        {told.map((guard) => (
          <Guard guard={guard} />
        ))}
      </ul>
      {calm.length > 0 && (
        <details id="guards-calm">
          <summary>{count(calm.length, 'guard is', 'guards are')} on</summary>
          <ul class="rows">
            {calm.map((guard) => (
              <Guard guard={guard} />
            ))}
          </ul>
        </details>
      )}
      <Rest list="guards" part={part} one={one} />
    </Section>
  );
}

function toneOf({ effective }: GuardRow): Tone {
  return TONES[effective];
}

function Guard({ guard }: { guard: GuardRow }) {
  const { key, effective, description, runtimeReason, error, hint, criticalPath } = guard;
  return (
    <li>
      <State tone={toneOf(guard)}>{effective}</State>
      <div>
        <p>
          <code>{key}</code> {cut(description, 200)}
        </p>
        <Facts
          of={[
            error && `error: ${cut(error, 200)}`,
            runtimeReason && <Prose text={runtimeReason} />,
            hint && <Prose text={hint} />,
            criticalPath && 'critical',
          ]}
        />
      </div>
    </li>
  );
}

function Attention({ items, now }: { items: AttentionItem[]; now: Date }) {
  const open = items.filter(({ status }) => status !== 'closed');
  const closed = items.filter(({ status }) => status === 'closed').slice(0, MOST_CLOSED);
  return (
    <>
      {open.length > 0 && (
        <ul class="rows attention" aria-label="What needs you">
          {open.slice(0, 20).map((item) => (
            <Item item={item} now={now} />
          ))}
        </ul>
      )}
      {open.length > 20 && <p class="soft">{open.length - 20} more: see holdfast attention.</p>}
      {closed.length > 0 && (
        <details id="attention-closed">
          <summary>Over by now</summary>
          <ul class="rows">
            {closed.map((item) => (
              <Item item={item} now={now} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const ITEM_TONES: Record<AttentionItem['status'], Tone> = {
  open: 'bad',
  acknowledged: 'warn',
  closed: 'idle',
};

function Item({ item, now }: { item: AttentionItem; now: Date }) {
  return (
    <li>
      <State tone={ITEM_TONES[item.status]}>{item.status}</State>
      <div>
        <p>
          <strong>{cut(item.title)}</strong>
        </p>
        <Facts of={[<Prose text={item.why} />, item.count > 1 && `seen ${item.count} times`]} />
        {item.status !== 'closed' && item.hint && (
          <p class="hint">
            <Prose text={item.hint} />
          </p>
        )}
        {item.status === 'open' && (
          <p class="controls">
            <button
              type="button"
              id={`ack-${item.id}`}
              data-post={`/attention/${encodeURIComponent(item.id)}/ack`}
              aria-label={`Acknowledge: ${cut(item.title, 60)}`}
            >
              Acknowledge
            </button>
          </p>
        )}
      </div>
      <When at={item.closedAt ?? item.openedAt} now={now} />
    </li>
  );
}
