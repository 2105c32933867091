import { HoldfastError } from '../errors/index.ts';
import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { ago, ahead, paint, plain, printJson, printTable, short } from './print.ts';
import { QUEUE_PATH, type Queue, type QueueEntry } from './queue-shape.ts';
import { nameOf, say, showQueue, showUnfinished, stateOf } from './show-queue.ts';

export async function run({ id, json = false }: { id?: string; json?: boolean }, { home }: Context) {
  const queue = await callApi<Queue>(home, QUEUE_PATH);
  if (id === undefined) {
    if (json) printJson(queue);
    else showQueue(queue);
    return 0;
  }
  const entry = queue.entries.find((one) => one.id === id);
  if (!entry) {
    throw new HoldfastError(
      'NOT_FOUND',
      `The resume queue shows no entry ${id}: it never was, or it is over for long.`,
      '`holdfast queue` lists those that wait, and the last that are over.',
    );
  }
  if (json) printJson(entry);
  else showEntry(entry);
  return 0;
}

function showEntry(entry: QueueEntry): void {
  console.log(`${paint('bold', plain(entry.id))}  ${stateOf(entry)}`);
  say('  of', plain(nameOf(entry)));
  if (entry.runId !== null) say('  session', plain(entry.sessionId));
  say('  directory', plain(entry.directory));
  if (entry.branch !== null) say('  branch', plain(entry.branch));
  say('  died', `${ago(entry.diedAt)}: ${plain(short(entry.why, 300))}`);
  showUnfinished(entry);
  say('  attempts', String(entry.attempts));
  if (entry.open && entry.nextAttemptAt !== null)
    say('  next', `${entry.nextAttemptAt} (${ahead(entry.nextAttemptAt)})`);
  if (entry.open) say('  lives', `until ${entry.expiresAt} (${ahead(entry.expiresAt)})`);
  console.log('');
  printTable(
    ['when', 'what', 'why'],
    entry.history.map(({ at, what, detail }) => [at, what, short(detail ?? '', 160)]),
  );
}
