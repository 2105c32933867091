import { execFileSync, spawnSync } from 'node:child_process';

/**
 * Ends a process and all its descendants, by pid. The tools of the client are in process groups of their
 * own, so its group alone would leave them. Each is stopped before its children are read, so that none can
 * start another unseen; an orphan (its parent gone before) cannot be found this way.
 */
export function killTree(pid: number): void {
  const stopped = new Set<number>();
  let found = [pid];
  while (found.length > 0) {
    for (const one of found) {
      signal(one, 'SIGSTOP');
      stopped.add(one);
    }
    found = childrenOf(stopped).filter((child) => !stopped.has(child));
  }
  for (const one of stopped) signal(one, 'SIGKILL');
}

export function isAlive(pid: number): boolean {
  // Not signal 0: where nobody reaps orphans (a container's pid 1) a dead one would count as alive for ever.
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in the meantime, which is what is wanted.
  }
}

function childrenOf(parents: Set<number>): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent !== undefined && parents.has(parent))
    .flatMap(([child]) => (child === undefined ? [] : [child]));
}
