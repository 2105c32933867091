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
  const { entry, dryRun } = await untilItTells(home, drained);
  const { what, code } = outcomeOf(entry, dryRun);
  console.log(`Entry ${plain(entry.id)}: ${what}`);
  return code;
}

async function untilItTells(
  home: HomePaths,
  drained: QueueEntry,
): Promise<{ entry: QueueEntry; dryRun: boolean }> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { entries, dryRun } = await callApi<Queue>(home, QUEUE_PATH);
    const entry = entries.find(({ id }) => id === drained.id) ?? drained;
    if (entry.state !== 'starting' || performance.now() > deadline) return { entry, dryRun };
    await sleep(LOOK_MS);
  }
}

function outcomeOf(entry: QueueEntry, dryRun: boolean): { what: string; code: 0 | 1 } {
  const more = `\`holdfast queue ${plain(entry.id)}\``;
  const last = entry.history.at(-1);
  const why = last?.detail ? ` ${plain(last.detail)}` : '';
  if (entry.state === 'starting') return { what: `still starting; ${more} tells what comes of it.`, code: 0 };
  if (entry.state === 'respawned') return { what: `${stateOf(entry)}. Its session goes on.`, code: 0 };
  if (!entry.open) return { what: `${stateOf(entry)}.${why}`, code: 1 };
  if (last?.what === 'attempt-failed') {
    const next = entry.nextAttemptAt === null ? '' : ` The next attempt is ${ahead(entry.nextAttemptAt)}.`;
    return { what: `the attempt failed.${why}${next}`, code: 1 };
  }
  if (dryRun && entry.wouldResumeAt !== null) {
    return { what: 'would have been revived; the queue is a dry run, and nothing was started.', code: 0 };
  }
  return { what: `nothing was tried, since something changed this moment; ${more} tells more.`, code: 1 };
}
