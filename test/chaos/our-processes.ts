import { readdirSync, readFileSync } from 'node:fs';
import { type HomePaths, readSidecarRecord } from '../../sidecar/home/index.ts';
import { isSameProcess, pidExists } from '../../sidecar/machine/index.ts';
import { until } from '../kit/until.ts';

/**
 * The processes of a home, known by their environment: also those that a start left in the background,
 * of which no parent knows. Where there is no /proc: the one that the home's record names.
 */
export function processesOf(home: HomePaths): number[] {
  if (process.platform !== 'linux') {
    const record = readSidecarRecord(home);
    return record && isSameProcess(record) === true ? [record.pid] : [];
  }
  const mark = `HOLDFAST_HOME=${home.root}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark))
    .map(Number);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // Gone meanwhile, or another user's: not ours either way.
  }
}

/** Ends what a test left behind in its own home, by process id. Returns how many there were. */
export async function endProcessesOf(home: HomePaths): Promise<number> {
  const left = processesOf(home);
  for (const pid of left) killQuietly(pid);
  await until('the processes of the home to end', () => !left.some(pidExists));
  return left.length;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself: what was wanted.
  }
}
