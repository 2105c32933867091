import { basename } from 'node:path';
import { count, cut, Empty, Facts, Prose, Section, State, type Tone, When } from './parts.tsx';
import { Rest, slice } from './slice.tsx';
import type { OneList, Queue, QueueEntry } from './sources.ts';

const MOST_ENTRIES = 8;
const WAITS = ['queued', 'starting'];

export function ResumeQueue({ queue, now, one }: { queue: Queue; now: Date; one: OneList | null }) {
  const { entries } = queue;
  const waiting = entries.filter(({ state }) => WAITS.includes(state));
  const sorted = [...waiting, ...entries.filter(({ state }) => !WAITS.includes(state))];
  const part = slice(sorted, one, MOST_ENTRIES);
  return (
    <Section
      id="queue"
      title="Queue"
      summary={
        waiting.length === 0
          ? 'Nothing waits to be revived.'
          : `${count(waiting.length, 'entry', 'entries')} waiting.`
      }
    >
      <Posture queue={queue} now={now} />
      {entries.length === 0 && (
        <Empty>
          A run, or a session that you marked with <code>holdfast sessions autonomous ID</code>, comes here
          when its process dies in the middle of its work.
        </Empty>
      )}
      <ul class="rows">
        {part.rows.map((entry) => (
          <Entry entry={entry} now={now} />
        ))}
      </ul>
      <Rest list="queue" part={part} one={one} />
    </Section>
  );
}

function Posture({ queue, now }: { queue: Queue; now: Date }) {
  const [tone, word] = postureOf(queue);
  const { held, detail, found } = queue.lock;
  return (
    <ul class="rows">
      <li>
        <State tone={tone}>{word}</State>
        <div>
          <p>
            {held ? 'This sidecar has the host lock.' : 'This sidecar does not have the host lock.'}{' '}
            <Prose text={held ? '' : detail} />
          </p>
          <Facts
            of={[
              queue.disabledReason && `disabled: ${queue.disabledReason}`,
              queue.hint && <Prose text={queue.hint} />,
              found?.hostname && `held on ${cut(found.hostname, 60)}`,
              found?.pid && `by process ${found.pid}`,
              found?.heartbeatAt && (
                <>
                  heartbeat <When at={found.heartbeatAt} now={now} />
                </>
              ),
            ]}
          />
        </div>
      </li>
    </ul>
  );
}

function postureOf({ enabled, paused, dryRun, disabledReason }: Queue): [Tone, string] {
  if (disabledReason !== null) return ['bad', 'disabled'];
  if (!enabled) return ['idle', 'off'];
  if (paused) return ['warn', 'paused'];
  return dryRun ? ['warn', 'dry run'] : ['good', 'on'];
}

function toneOf(state: string): Tone {
  if (state === 'queued') return 'busy';
  if (state === 'starting') return 'busy';
  if (state === 'respawned') return 'good';
  return state === 'cancelled' ? 'idle' : 'warn';
}

function Entry({ entry, now }: { entry: QueueEntry; now: Date }) {
  return (
    <li>
      <State tone={toneOf(entry.state)}>{entry.state}</State>
      <div>
        <p>
          {entry.runId ? (
            <>
              run <code>{cut(entry.runId, 40)}</code>
            </>
          ) : (
            <>
              session <code>{cut(basename(entry.sessionId), 40)}</code>
            </>
          )}
          {entry.gate && (
            <>
              {' '}
              waits at the gate <strong>{entry.gate}</strong>
            </>
          )}
        </p>
        <Facts
          of={[
            entry.why && <Prose text={entry.why} />,
            entry.attempts > 0 && count(entry.attempts, 'attempt'),
            entry.wouldResumeAt && (
              <>
                a dry run came to it <When at={entry.wouldResumeAt} now={now} />
              </>
            ),
          ]}
        />
      </div>
      {entry.nextAttemptAt ? <When at={entry.nextAttemptAt} now={now} /> : <span />}
    </li>
  );
}
