import { rmSync } from 'node:fs';
import { messageOf } from '../errors/index.ts';
import { writeWhole } from '../home/index.ts';

/** What the status line shows. */
export type StatusLineFacts = { promisesOpen: number; guardsLoud: number; queue: number };

export type StatusLineOptions = {
  file: string;
  /** Asked again at each refresh: counting must be cheap. */
  facts: () => StatusLineFacts;
  warn: (what: string, facts: Record<string, unknown>) => void;
  pid?: number;
  steady?: () => number;
};

export type StatusLine = { refresh: () => void; stop: () => void };

/** A storm of events is counted once. What comes after the last of them is told by the guards' next look. */
const AT_MOST_EVERY_MS = 200;

/**
 * Keeps the one line that `hooks/status-line.sh` reads: `PID PROMISES GUARDS QUEUE`. Written whole, when it says
 * something new. The process is in it because one that was killed could not take it away.
 */
export function keepStatusLine({ file, facts, warn, ...rest }: StatusLineOptions): StatusLine {
  const { pid = process.pid, steady = () => performance.now() } = rest;
  let written: string | null = null;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let failed = false;

  return {
    refresh: () => {
      if (steady() - refreshedAt < AT_MOST_EVERY_MS) return;
      refreshedAt = steady();
      try {
        const { promisesOpen, guardsLoud, queue } = facts();
        const line = `${pid} ${promisesOpen} ${guardsLoud} ${queue}\n`;
        if (line !== written) writeWhole(file, line);
        written = line;
        failed = false;
      } catch (error) {
        if (!failed)
          warn('the status line could not be written; it is tried again', { why: messageOf(error) });
        failed = true;
      }
    },
    stop: () => rmSync(file, { force: true }),
  };
}
