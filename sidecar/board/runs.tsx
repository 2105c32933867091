import { Older } from './older.tsx';
import {
  count,
  cut,
  Empty,
  Facts,
  More,
  Project,
  Prose,
  Section,
  State,
  type Tone,
  usd,
  When,
} from './parts.tsx';
import type { RunsData, ShownRun } from './read-runs.ts';
import { Timeline } from './run-timeline.tsx';
import type { OneList } from './sources.ts';

const TONES: Record<string, Tone> = {
  seed: 'busy',
  spawning: 'busy',
  running: 'busy',
  waiting: 'warn',
  completed: 'good',
  failed: 'bad',
  killed: 'idle',
};

export function Runs({ data, now, one }: { data: RunsData; now: Date; one: OneList | null }) {
  const { rows, live, total, older } = data;
  return (
    <Section
      id="runs"
      title="Runs"
      summary={
        total === 0
          ? 'No run was begun yet.'
          : `${count(live, 'run goes on', 'runs go on')}, ${total} in all.`
      }
    >
      {total === 0 && (
        <Empty>
          <code>holdfast run "Make the tests pass" --until "npm test"</code> works on an objective, turn after
          turn, until nothing is open.
        </Empty>
      )}
      {rows.map((shown) => (
        <RunCard shown={shown} now={now} />
      ))}
      {one ? <Older list="runs" before={older} /> : <More list="runs" shown={rows.length} total={total} />}
    </Section>
  );
}

function RunCard({ shown, now }: { shown: ShownRun; now: Date }) {
  const { run, turns, isLive } = shown;
  return (
    <article class="run" aria-labelledby={`run-${run.id}`}>
      <header>
        <State tone={TONES[run.state] ?? 'idle'}>
          {run.state}
          {run.reason ? `: ${run.reason}` : ''}
        </State>
        <h3 id={`run-${run.id}`}>{cut(run.objective, 160)}</h3>
        <When at={run.endedAt ?? run.createdAt} now={now} />
      </header>
      <Facts
        of={[
          <Project path={run.project} />,
          run.branch && <code>{run.branch}</code>,
          <code>{run.id}</code>,
          `${count(run.turns, 'turn')}${run.maxTurns === null ? '' : ` of ${run.maxTurns}`}`,
          `${run.costUsd.toFixed(2)}${run.maxUsd === null ? '' : ` of ${run.maxUsd.toFixed(2)}`} USD`,
          run.waitUntil && (
            <>
              goes on <When at={run.waitUntil} now={now} />
            </>
          ),
        ]}
      />
      {run.detail && <p class="soft">{cut(run.detail, 300)}</p>}
      {run.hint && (
        <p class="hint">
          <Prose text={run.hint} />
        </p>
      )}
      <Timeline turns={turns} run={run} now={now} />
      <Lists shown={shown} now={now} />
      <Controls run={run} isLive={isLive} />
    </article>
  );
}

function Lists({ shown: { run, turns, plan }, now }: { shown: ShownRun; now: Date }) {
  return (
    <div class="folds">
      {run.open.length > 0 && (
        <details id={`open-${run.id}`} open>
          <summary>{count(run.open.length, 'thing is', 'things are')} open</summary>
          <ul>
            {run.open.slice(0, 20).map(({ kind, text }) => (
              <li>
                <span class="soft">{kind}</span> {cut(text)}
              </li>
            ))}
          </ul>
        </details>
      )}
      {plan && (
        <details id={`plan-${run.id}`}>
          <summary>
            Plan: {plan.counts.completed} of {plan.counts.total} done
          </summary>
          <ul>
            {plan.items.slice(0, 100).map(({ id, subject, status }) => (
              <li>
                <span class="soft">{status.replace('_', ' ')}</span> {cut(subject ?? `task ${id}`)}
              </li>
            ))}
          </ul>
        </details>
      )}
      {turns.length > 0 && (
        <details id={`turns-${run.id}`}>
          <summary>{count(turns.length, 'turn')}</summary>
          <ol reversed>
            {turns.toReversed().map((turn) => (
              <li>
                {turn.state}, {count(turn.toolCalls, 'tool call')}, {usd(turn.costUsd)},{' '}
                <When at={turn.startedAt} now={now} />
                {turn.text && <span class="soft"> {cut(turn.text, 160)}</span>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

function Controls({ run, isLive }: { run: ShownRun['run']; isLive: boolean }) {
  const about = cut(run.objective, 60);
  const canHear = run.sessionId !== null;
  return (
    <div class="controls">
      {canHear && (
        <form data-post={`/runs/${encodeURIComponent(run.id)}/say`}>
          <input
            id={`say-${run.id}`}
            name="text"
            required
            maxlength={10_000}
            autocomplete="off"
            aria-label={`Say to the run: ${about}`}
            placeholder={isLive ? 'Say, for its next turn' : 'Say: one more turn'}
          />
          <button type="submit">Say</button>
        </form>
      )}
      {isLive && (
        <button
          type="button"
          id={`kill-${run.id}`}
          class="danger"
          data-post={`/runs/${encodeURIComponent(run.id)}/kill`}
          aria-label={`Kill the run: ${about}`}
        >
          Kill
        </button>
      )}
    </div>
  );
}
