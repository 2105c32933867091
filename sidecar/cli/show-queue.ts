import { ago, ahead, paint, plain, printTable, short } from './print.ts';
import type { Queue, QueueEntry } from './queue-shape.ts';

const SHOWN_ENDED = 10;
const SHOWN_REFUSALS = 10;

/** Why a run did not come back, in one look: the whole queue first, then each that waits, then what is over. */
export function showQueue(queue: Queue): void {
  showStanding(queue);
  const open = queue.entries.filter((entry) => entry.open);
  console.log(`\n${open.length === 0 ? 'Nothing waits.' : `Waiting (${open.length}):`}`);
  for (const entry of open) showWaiting(entry);
  showEnded(queue.entries.filter((entry) => !entry.open).slice(0, SHOWN_ENDED));
  showTombstones(queue);
  showRefusals(queue);
}

function showStanding(queue: Queue): void {
  const { enabled, disabledReason, hint, dryRun, paused, pausedAt, heldBy, heldWhy } = queue;
  if (enabled) say('queue', paint('green', 'on'));
  else say('queue', `${paint('red', 'off')}: ${plain(disabledReason ?? '')}`);
  if (!enabled && queue.lock.reason === disabledReason) say('why', plain(queue.lock.detail));
  if (hint) say('→', plain(hint));
  if (dryRun) {
    say('dry run', 'yes: it tells what it would revive, and starts nothing');
    say('→', '`holdfast config set monitoring.resumeQueue.dryRun false` makes it act');
  }
  if (paused) say('paused', `${ago(pausedAt)}; \`holdfast queue resume\` goes on`);
  // A pause and a lock that is not ours were told already.
  if (enabled && heldBy !== null && heldBy !== 'paused') {
    say('held back', `${paint('yellow', heldBy)}: ${plain(heldWhy ?? '')}`);
  }
}

/** All that a person asks of one that waits, its id and what it is of on the first line. */
function showWaiting(entry: QueueEntry): void {
  console.log(`\n${paint('bold', plain(entry.id))}  ${plain(nameOf(entry))}`);
  say('  state', stateOf(entry));
  if (entry.wouldResumeAt !== null) say('  dry run', `would have been revived ${ago(entry.wouldResumeAt)}`);
  say('  died', `${ago(entry.diedAt)}: ${plain(short(entry.why, 160))}`);
  showUnfinished(entry);
  say('  attempts', `${entry.attempts}; the next one ${nextOf(entry)}`);
}

export function showUnfinished({ unfinished }: QueueEntry): void {
  const strong = unfinished.filter(({ strength }) => strength === 'strong');
  const signs = strong.length > 0 ? strong : unfinished;
  for (const { text } of signs) say('  undone', plain(short(text, 160)));
}

export function stateOf({ state, gate }: QueueEntry): string {
  const colour = state === 'respawned' ? 'green' : 'yellow';
  return paint(colour, plain(state)) + (gate === null ? '' : `, held back (${plain(gate)})`);
}

export function nameOf({ runId, sessionId }: { runId: string | null; sessionId: string }): string {
  return runId === null ? `session ${sessionId}` : `run ${runId}`;
}

function nextOf({ state, gate, nextAttemptAt }: QueueEntry): string {
  if (state === 'starting') return 'is under way';
  if (nextAttemptAt !== null && Date.parse(nextAttemptAt) > Date.now()) return ahead(nextAttemptAt);
  return gate === null ? 'at one of the next ticks' : `when \`${plain(gate)}\` is over`;
}

function showEnded(entries: QueueEntry[]): void {
  if (entries.length === 0) return;
  console.log('\nOver:');
  printTable(
    ['entry', 'of', 'state', 'ended', 'attempts', 'why'],
    entries.map((entry) => [
      entry.id,
      nameOf(entry),
      entry.state,
      ago(entry.endedAt),
      String(entry.attempts),
      short(lastWord(entry), 80),
    ]),
  );
}

/** Of one that came back how it had died, of any other why it did not. */
function lastWord({ state, why, history }: QueueEntry): string {
  return state === 'respawned' ? why : (history.at(-1)?.detail ?? why);
}

function showTombstones({ tombstones }: Queue): void {
  if (tombstones.length === 0) return;
  console.log('\nRevived in the last 24 hours:');
  printTable(
    ['of', 'times', 'last', 'cap'],
    tombstones.map((one) => [
      nameOf(one),
      String(one.revivals),
      ago(one.lastAt),
      one.capped ? `reached${one.cappedUntil === null ? '' : `; again ${ahead(one.cappedUntil)}`}` : '–',
    ]),
  );
}

function showRefusals({ refusals }: Queue): void {
  if (refusals.length === 0) return;
  console.log('\nDied and not queued, newest first:');
  printTable(
    ['of', 'refused', 'when', 'why'],
    refusals
      .slice(0, SHOWN_REFUSALS)
      .map((one) => [nameOf(one), one.reason, ago(one.at), short(one.detail, 120)]),
  );
}

export function say(what: string, text: string): void {
  console.log(`${paint('dim', what.padEnd(12))}${text}`);
}
