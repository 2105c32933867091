import type { ChangeLog } from './changes.ts';
import type { Store } from './store.ts';

const PAGE = 200;
const HEARTBEAT_MS = 15_000;
/** A client that fell so far behind while it was connected is told to read anew. */
const SLOW_CLIENT_ROWS = 2_000;

export type ChangeStreamOptions = {
  store: Store;
  log: ChangeLog;
  /** The last change that the client has seen. */
  cursor: number;
  /** Ends the stream: the sidecar is stopping. */
  closing: AbortSignal;
  heartbeatMs?: number;
  slowClientRows?: number;
};

/**
 * The change log as server-sent events. Nothing is queued for a client: rows are read from the database
 * when its socket has room for them, so a slow client costs one page of memory and no more.
 */
export function changeStream({
  store,
  log,
  cursor: from,
  closing,
  heartbeatMs = HEARTBEAT_MS,
  slowClientRows = SLOW_CLIENT_ROWS,
}: ChangeStreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cursor = from;
  let caughtUp = false;
  let wake = () => {};
  let ended = false;
  let leave = () => {};

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const stopListening = store.onChange(() => wake());
        leave = () => {
          ended = true;
          stopListening();
          closing.removeEventListener('abort', close);
          wake();
        };
        const close = () => {
          leave();
          controller.close();
        };
        closing.addEventListener('abort', close, { once: true });
        controller.enqueue(encoder.encode('retry: 1000\n\n'));
        if (closing.aborted) close();
      },
      async pull(controller) {
        // A pull that ends without a chunk is not asked again: it ends with one, or with the stream.
        let text = next();
        while (text === null && !ended) text = (await news()) ? next() : ': heartbeat\n\n';
        if (text !== null && !ended) controller.enqueue(encoder.encode(text));
      },
      cancel() {
        leave();
      },
    },
    { highWaterMark: 1 },
  );

  /** What there is to send now; null: nothing. */
  function next(): string | null {
    if (!log.reaches(cursor)) return resync('pruned');
    // Only behind its own socket: one that reconnects after a week still gets every row.
    if (caughtUp && log.last() - cursor > slowClientRows) return resync('slow');
    const rows = log.after(cursor, PAGE);
    caughtUp ||= rows.length < PAGE;
    cursor = rows.at(-1)?.seq ?? cursor;
    return rows.length === 0
      ? null
      : rows.map((row) => `id: ${row.seq}\ndata: ${JSON.stringify(row)}\n\n`).join('');
  }

  function resync(reason: 'pruned' | 'slow'): string {
    cursor = log.last();
    caughtUp = true;
    return `id: ${cursor}\nevent: resync\ndata: ${JSON.stringify({ reason, after: cursor })}\n\n`;
  }

  /** True when something was written, false when it is time for a heartbeat. */
  function news(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), heartbeatMs);
      wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
