import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';

export type Log = Logger;

const MAX_BYTES = 5 * 1024 * 1024;
const KEPT_FILES = 5;

/**
 * NDJSON in `logs/sidecar.ndjson`, rotated by size. Facts only: no bodies, no headers, no token.
 * Synchronous, so that the last line before a crash is there.
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

  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}

/** sidecar.ndjson → sidecar.1.ndjson → … ; the oldest goes. */
function rotate(file: string): void {
  const numbered = (n: number) => (n === 0 ? file : file.replace(/\.ndjson$/, `.${n}.ndjson`));
  for (let n = KEPT_FILES - 1; n >= 0; n--) {
    if (statSync(numbered(n), { throwIfNoEntry: false })) renameSync(numbered(n), numbered(n + 1));
  }
}
