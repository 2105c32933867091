import { appendFileSync, renameSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Logger } from 'pino';

/** One record: its facts, and what happened in a few words. */
type Tell = (facts: object, what: string) => void;

export type Log = { info: Tell; warn: Tell; error: Tell };

const MAX_BYTES = 5 * 1024 * 1024;
const KEPT_FILES = 5;

/**
 * NDJSON in `logs/sidecar.ndjson`, rotated by size. Facts only: no bodies, no headers, no token.
 * Synchronous, so that the last line before a crash is there. pino is loaded by the first record: a start
 * that has nothing to tell is spared it until it serves.
 */
export function openLog(folder: string): Log {
  const file = join(folder, 'sidecar.ndjson');
  let bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;

  function write(line: string): void {
    try {
      if (bytes > MAX_BYTES) {
        rotate(file);
        bytes = 0;
      }
      appendFileSync(file, line, { mode: 0o600 });
      bytes += line.length;
    } catch {
      // A full disk must not stop the sidecar for the want of a log line; /metrics and `doctor` tell of it.
    }
  }

  let opened: Logger | undefined;
  function logger(): Logger {
    opened ??= open({ write });
    return opened;
  }

  return {
    info: (facts, what) => logger().info(facts, what),
    warn: (facts, what) => logger().warn(facts, what),
    error: (facts, what) => logger().error(facts, what),
  };
}

function open(to: { write: (line: string) => void }): Logger {
  const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino');
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, to);
}

/** sidecar.ndjson → sidecar.1.ndjson → … ; the oldest goes. */
function rotate(file: string): void {
  const numbered = (n: number) => (n === 0 ? file : file.replace(/\.ndjson$/, `.${n}.ndjson`));
  for (let n = KEPT_FILES - 1; n >= 0; n--) {
    if (statSync(numbered(n), { throwIfNoEntry: false })) renameSync(numbered(n), numbered(n + 1));
  }
}
