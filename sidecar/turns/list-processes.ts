import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fieldsOfStat, TURN_MARK } from '../machine/index.ts';

export type Listed = {
  pid: number;
  /** With the pid: which process it is, as long as the machine runs. */
  start: string;
  parent: number;
  group: number;
  /** It carries the mark of the turn, however far it has moved from who started it. */
  marked: boolean;
};

/** Every process that runs here and has not ended. Without /proc no mark can be seen: parents and groups alone. */
export function listProcesses(turnId: string): Listed[] {
  return process.platform === 'linux' ? fromProc(`${TURN_MARK}=${turnId}\0`) : fromPs();
}

function fromProc(mark: string): Listed[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const [state, parent, group, ...more] = fieldsOfStat(read(`/proc/${name}/stat`));
    const start = more[16];
    if (start === undefined || /^[ZXx]$/.test(state ?? '')) return []; // Gone, or about to be.
    const marked = `\0${read(`/proc/${name}/environ`)}`.includes(`\0${mark}`);
    return [{ pid: Number(name), start, parent: Number(parent), group: Number(group), marked }];
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // It has ended meanwhile, or is another user's, and so none of ours.
  }
}

function fromPs(): Listed[] {
  const printed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,state=,lstart='], {
    env: { ...process.env, LC_ALL: 'C' },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return printed.split('\n').flatMap((line) => {
    const [, pid, parent, group, state = '', start = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*\S)\s*$/.exec(line) ?? [];
    if (pid === undefined || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), start, parent: Number(parent), group: Number(group), marked: false }];
  });
}
