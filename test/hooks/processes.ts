import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** A variable for the environment of what a test starts: whatever descends from it carries it too. */
export function newMark(): Record<'HOLDFAST_TEST_MARK', string> {
  return { HOLDFAST_TEST_MARK: randomUUID() };
}

/** The command lines of all living processes with a mark. Linux only, as the tests that ask. */
export function processesWith({ HOLDFAST_TEST_MARK: mark }: ReturnType<typeof newMark>): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) continue;
      found.push(`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`);
    } catch {
      // It ended while we were looking, or is not ours to see: then it does not carry our mark.
    }
  }
  return found;
}
