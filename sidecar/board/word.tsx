import type { Commitment } from '../commitments/index.ts';
import type { CompletedClaim } from '../evidence/index.ts';
import { Chart } from './chart.tsx';
import { Older } from './older.tsx';
import { count, cut, Empty, Facts, More, Project, Section, State, type Tone, When } from './parts.tsx';
import type { WordData } from './read-word.ts';
import type { OneList } from './sources.ts';

type Props = { data: WordData; now: Date; one: OneList | null };

export function Word({ data, now, one }: Props) {
  const { counts, older } = data;
  const dropped = counts.expired + counts.withdrawn;
  const nothing = counts.open + counts.kept + dropped + counts.contradicted === 0;
  const shows = (name: OneList['name']) => (one === null ? !nothing : one.name === name);
  return (
    <Section
      id="word"
      title="Word"
      summary={nothing ? 'Nothing was promised yet.' : `${count(counts.open, 'promise')} open.`}
    >
      {nothing && (
        <Empty>
          When an agent ends its turn with “I’ll push the fix now”, the promise stands here until a tool call
          keeps it. Where that is switched off, <code>holdfast init</code> switches it on.
        </Empty>
      )}
      {one === null && !nothing && <Figures counts={counts} />}
      {one === null && !nothing && <Chart days={data.days} />}
      {shows('open') && (
        <>
          <h3>Open promises</h3>
          {data.open.length === 0 && <p class="soft">None: every promise was kept or closed.</p>}
          <ByProject rows={data.open} now={now} />
          {one === null && <More list="open" shown={data.open.length} total={counts.open} />}
        </>
      )}
      <div class={one === null ? 'columns' : undefined}>
        {shows('kept') && (
          <Closed title="Kept" list="kept" total={counts.kept} rows={data.kept} now={now} one={one} />
        )}
        {shows('dropped') && (
          <Closed title="Dropped" list="dropped" total={dropped} rows={data.dropped} now={now} one={one} />
        )}
        {shows('contradicted') && (
          <div>
            <h3>Said to be done, and contradicted</h3>
            {data.contradicted.length === 0 && <p class="soft">None.</p>}
            <ul class="rows tight">
              {data.contradicted.map((claim) => (
                <Contradicted claim={claim} now={now} />
              ))}
            </ul>
            {one === null && (
              <More list="contradicted" shown={data.contradicted.length} total={counts.contradicted} />
            )}
          </div>
        )}
      </div>
      {one && <Older list={one.name} before={older} />}
    </Section>
  );
}

function Figures({ counts }: { counts: WordData['counts'] }) {
  const figures: [string, number][] = [
    ['open', counts.open],
    ['kept', counts.kept],
    ['dropped', counts.expired],
    ['taken back', counts.withdrawn],
    ['contradicted', counts.contradicted],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, figure]) => (
        <div>
          <dt>{name}</dt>
          <dd>{figure.toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A promise belongs where it was made: the projects in the order of their newest one. */
function ByProject({ rows, now }: { rows: Commitment[]; now: Date }) {
  const byTopic = new Map<string, Commitment[]>();
  for (const row of rows) byTopic.set(row.topicId, [...(byTopic.get(row.topicId) ?? []), row]);
  return (
    <>
      {[...byTopic].map(([topic, promises]) => (
        <>
          <h4>
            <Project path={topic} />
          </h4>
          <ul class="rows">
            {promises.map((promise) => (
              <Open promise={promise} now={now} />
            ))}
          </ul>
        </>
      ))}
    </>
  );
}

function Open({ promise, now }: { promise: Commitment; now: Date }) {
  const tried = promise.attempts[0];
  return (
    <li>
      <State tone={tried ? 'warn' : 'busy'}>{tried ? 'tried' : 'open'}</State>
      <div>
        <p>{sentence(promise)}</p>
        <Facts
          of={[
            promise.quote && what(promise),
            promise.trigger && `waits for: ${cut(promise.trigger, 80)}`,
            tried && `tried and failed: ${cut(tried.summary, 100)}`,
            promise.statedCount > 1 && `said ${promise.statedCount} times`,
            <>
              given up <When at={promise.expiresAt} now={now} />
            </>,
          ]}
        />
      </div>
      <When at={promise.openedAt} now={now} />
    </li>
  );
}

const CLOSED: Record<string, [Tone, string]> = {
  kept: ['good', 'kept'],
  expired: ['warn', 'expired'],
  withdrawn: ['idle', 'taken back'],
};

type ClosedProps = {
  title: string;
  list: string;
  total: number;
  rows: Commitment[];
  now: Date;
  one: OneList | null;
};

function Closed({ title, list, total, rows, now, one }: ClosedProps) {
  return (
    <div>
      <h3>{title}</h3>
      {rows.length === 0 && <p class="soft">None.</p>}
      <ul class="rows tight">
        {rows.map((promise) => {
          const [tone, word] = CLOSED[promise.status] ?? ['idle', promise.status];
          return (
            <li>
              <State tone={tone}>{word}</State>
              <div>
                <p>{sentence(promise)}</p>
                <Facts of={[how(promise), <Project path={promise.topicId} />]} />
              </div>
              <When at={promise.closedAt} now={now} />
            </li>
          );
        })}
      </ul>
      {one === null && <More list={list} shown={rows.length} total={total} />}
    </div>
  );
}

function Contradicted({ claim, now }: { claim: CompletedClaim; now: Date }) {
  return (
    <li>
      <State tone="bad">contradicted</State>
      <div>
        <p>“{cut(claim.quote)}”</p>
        <Facts of={[cut(claim.why, 160), <Project path={claim.topicId} />]} />
      </div>
      <When at={claim.at} now={now} />
    </li>
  );
}

function sentence(promise: Commitment): string {
  return promise.quote ? `“${cut(promise.quote)}”` : what(promise);
}

function what({ verb, object }: Commitment): string {
  return cut(`${verb} ${object}`, 80);
}

function how({ evidence, keptBy, note }: Commitment): string {
  if (evidence) return `by ${cut(evidence.summary, 100)}`;
  return [keptBy && `by the ${keptBy}'s word`, note && cut(note, 100)].filter(Boolean).join(': ');
}
