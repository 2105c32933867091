import { setTimeout as sleep } from 'node:timers/promises';
import type { HomePaths } from '../home/index.ts';
import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { ahead, plain } from './print.ts';
import { QUEUE_PATH, type Queue, type QueueEntry } from './queue-shape.ts';
import { stateOf } from './show-queue.ts';

/** A client that is well says its first word within a few seconds. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 250;

type Options = { verb: 'pause' } | { verb: 'resume' } | { verb: 'drain' | 'cancel' | 'requeue'; id: string };

/** `holdfast queue pause`, and the other words that change it. */
export async function run(options: Options, { home }: Context): Promise<number> {
  if (options.verb === 'pause' || options.verb === 'resume') {
    const queue = await callApi<Queue>(home, `${QUEUE_PATH}/${options.verb}`, {});
    console.log(options.verb === 'pause' ? PAUSED : goesOn(queue));
    return 0;
  }
  const { verb, id } = options;
  const entry = await callApi<QueueEntry>(home, `${QUEUE_PATH}/${encodeURIComponent(id)}/${verb}`, {});
  if (verb === 'drain') return tellAttempt(home, entry);
  const then = verb === 'cancel' ? ' `holdfast queue requeue` opens it again.' : '';
  console.log(`Entry ${plain(entry.id)}: ${stateOf(entry)}.${then}`);
  return 0;
}

const PAUSED =
  'The resume queue is paused: nothing is revived until `holdfast queue resume`, and no entry grows old.';

function goesOn({ enabled, disabledReason, dryRun, heldBy, heldWhy }: Queue): string {
  const begin = 'The resume queue goes on';
  if (!enabled)
    return `${begin}, and is off: ${plain(disabledReason ?? '')}. \`holdfast queue\` says what to do.`;
  if (heldBy !== null) return `${begin}, and is held back by ${heldBy}: ${plain(heldWhy ?? '')}`;
  return `${begin}${dryRun ? ', as a dry run' : ''}.`;
}

/** What came of it, as far as it shows in a few seconds. 1: it is not revived, and why. */
async function tellAttempt(home: HomePaths, drained: QueueEntry): Promise<number> {
  const entry = await untilItTells(home, drained);
  const name = `Entry ${plain(entry.id)}`;
  const last = entry.history.at(-1);
  if (entry.state === 'starting') {
    console.log(`${name}: still starting; \`holdfast queue ${plain(entry.id)}\` tells what comes of it.`);
    return 0;
  }
  if (entry.state === 'respawned') {
    console.log(`${name}: ${stateOf(entry)}. Its session goes on.`);
    return 0;
  }
  if (entry.state === 'queued' && last?.what !== 'attempt-failed') {
    console.log(`${name}: would have been revived; the queue is a dry run, and nothing was started.`);
    return 0;
  }
  const why = last?.detail ? ` ${plain(last.detail)}` : '';
  const next =
    entry.open && entry.nextAttemptAt !== null ? ` The next attempt is ${ahead(entry.nextAttemptAt)}.` : '';
  console.log(`${name}: ${entry.open ? 'the attempt failed.' : `${stateOf(entry)}.`}${why}${next}`);
  return 1;
}

async function untilItTells(home: HomePaths, drained: QueueEntry): Promise<QueueEntry> {
  const deadline = performance.now() + PATIENCE_MS;
  let entry = drained;
  while (entry.state === 'starting' && performance.now() < deadline) {
    await sleep(LOOK_MS);
    const { entries } = await callApi<Queue>(home, QUEUE_PATH);
    entry = entries.find(({ id }) => id === drained.id) ?? entry;
  }
  return entry;
}
