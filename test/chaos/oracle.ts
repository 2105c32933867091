import type { Database } from 'better-sqlite3';
import type { Ended } from '../kit/run-program.ts';
import type { Random } from './random.ts';
import { countMarkers, ledgerFaults, type Spooled } from './stopped-ledger.ts';

/** One event as it was posted: its marker tells it from all others, its id may be another one's on purpose. */
export type Post = { marker: string; event: string; id: string; body: string };

export type Oracle = ReturnType<typeof newOracle>;

/** What the parent of a sidecar knows: what was sent, and what of it was acknowledged. */
export function newOracle() {
  let sent = 0;
  let repeats = 0;
  const earlier: Post[] = [];
  const acknowledged = new Set<string>();
  const handedOver = new Set<string>(); // To a hook, which has ended since.
  const known = new Set<string>();
  const faults: string[] = [];
  const retries: Post[] = [];
  let tellFirst = () => {};

  return {
    /** Resolves with the next acknowledgement. */
    nextAnswer: () =>
      new Promise<void>((resolve) => {
        tellFirst = resolve;
      }),
    newMarker: (kind: string): string => {
      const marker = `${kind}-${++sent}`;
      known.add(marker);
      return marker;
    },
    anyEarlier: (random: Random): Post | undefined =>
      earlier.length > 0 ? earlier[random.between(0, earlier.length - 1)] : undefined,
    nextRetry: () => retries.pop(),
    answered: (post: Post, { status, text }: { status: number; text: string }) => {
      if (status !== 200) faults.push(`${post.event} ${post.marker} was answered ${status}: ${text}`);
      if (acknowledged.has(post.marker)) repeats++;
      acknowledged.add(post.marker);
      tellFirst();
      earlier.push(post);
    },
    /** Nobody knows whether it was taken. Half of them are sent again, some of these twice. */
    unanswered: (post: Post) => {
      if (sent % 2 === 0) retries.push(post);
      if (sent % 4 === 0) retries.push(post);
    },
    hookEnded: (marker: string, event: string, { code, signal, stdout }: Ended) => {
      if (code !== 0) faults.push(`the ${event} hook of ${marker} ended with ${signal ?? code}`);
      if (stdout !== '' && !isObject(stdout)) faults.push(`the ${event} hook of ${marker} printed ${stdout}`);
      handedOver.add(marker);
    },

    /** What is wrong with the ledger and the spool of a sidecar that does not run. */
    judge: (db: Database | null, spooled: Spooled[], { drained }: { drained: boolean }): string[] => {
      const counts = db ? countMarkers(db) : new Map<string, number>();
      const found = [...faults.splice(0), ...(db ? ledgerFaults(db) : [])];
      for (const [marker, times] of counts) {
        if (times > 1) found.push(`${marker} is there ${times} times`);
        if (!known.has(marker)) found.push(`${marker} is there, and nobody sent it`);
      }
      for (const marker of acknowledged)
        if (!counts.has(marker)) found.push(`${marker} was acknowledged and is lost`);
      for (const marker of handedOver)
        if (!counts.has(marker) && !spooled.some(({ text }) => text.includes(`"${marker}"`)))
          found.push(`${marker} was given to a hook and is neither in the ledger nor in the spool`);
      for (const { name, text } of spooled)
        if (!isWhole(text)) found.push(`the spool file ${name} is not whole`);
      if (drained && spooled.length > 0) found.push(`${spooled.length} files are left in the spool`);
      return found;
    },
    figures: () => ({
      acknowledged: acknowledged.size,
      repeats,
      hooks: handedOver.size,
    }),
  };
}

function isWhole(text: string): boolean {
  return text.startsWith('holdfast-spool 1 ') && isObject(text.slice(text.indexOf('\n') + 1));
}

function isObject(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null;
  } catch {
    return false; // Which the caller then reports, with what the text was.
  }
}
