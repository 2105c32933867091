import { megabytes, type Progress } from '../audit/index.ts';

const EVERY_MS = 100;
const BAR = 24;

type Terminal = { isTTY?: boolean; columns?: number; write: (text: string) => unknown };

/** One line that is written over itself. Only on a terminal, and not on one that cannot go back. */
export function progressLine(
  terminal: Terminal,
  { now = () => performance.now(), env = process.env }: { now?: () => number; env?: NodeJS.ProcessEnv } = {},
) {
  const isShown = terminal.isTTY === true && env.TERM !== 'dumb';
  const began = now();
  let shownAt = Number.NEGATIVE_INFINITY;

  function show(progress: Progress): void {
    if (!isShown || now() - shownAt < EVERY_MS) return;
    shownAt = now();
    const line = lineOf(progress, (shownAt - began) / 1000);
    terminal.write(`\r${line.slice(0, Math.max(0, (terminal.columns ?? 80) - 1))}\u001b[K`);
  }

  function clear(): void {
    if (shownAt !== Number.NEGATIVE_INFINITY) terminal.write('\r\u001b[K');
  }

  return { show, clear };
}

function lineOf({ readBytes, bytes }: Progress, seconds: number): string {
  // A file may have grown since it was found.
  const part = bytes === 0 ? 1 : Math.min(1, readBytes / bytes);
  const full = Math.round(part * BAR);
  const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
  const rate = seconds > 0 ? readBytes / 1e6 / seconds : 0;
  const left = part > 0.02 ? `, ${Math.ceil((seconds / part) * (1 - part))} s left` : '';
  return `${bar} ${Math.floor(part * 100)} %  ${megabytes(readBytes)} of ${megabytes(bytes)}, ${rate.toFixed(0)} MB/s${left}`;
}
