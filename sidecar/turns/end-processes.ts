import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessIdentity, pidExists, processStart } from '../machine/index.ts';
import { type Listed, listProcesses } from './list-processes.ts';

const LOOK_EVERY_MS = 30;
/** Processes that SIGKILL does not end wait for a disk; nothing more can be done about them. */
const GIVE_UP_MS = 5_000;

export type EndOptions = { turnId: string; root: ProcessIdentity | null; killAfterMs: number };

/** What a turn has left, by the mark of it: its own process is gone. */
export function leftoversOf(turnId: string): Listed[] {
  return listProcesses(turnId).filter(({ marked, pid }) => marked && pid !== process.pid);
}

/**
 * Ends the process of a turn and everything that came of it: SIGTERM, and after a while SIGKILL. The client runs
 * each tool in a session and group of its own, and once a parent is dead nobody knows whose child it was: so the
 * family is listed before the first signal, by pid and start, and what is born into it later joins the list.
 */
export async function endProcesses({ turnId, root, killAfterMs }: EndOptions): Promise<void> {
  const family = familyOf(turnId, root);
  family.look();
  family.signalGroup('SIGTERM');
  family.signal('SIGTERM');
  for (let waited = 0; waited < killAfterMs; waited += LOOK_EVERY_MS) {
    if (!family.isAlive() && !family.look()) return;
    await sleep(LOOK_EVERY_MS);
  }
  for (let waited = 0; waited < GIVE_UP_MS; waited += LOOK_EVERY_MS) {
    family.look();
    if (!family.isAlive()) return;
    family.signalGroup('SIGKILL');
    family.signal('SIGKILL');
    await sleep(LOOK_EVERY_MS);
  }
}

function familyOf(turnId: string, root: ProcessIdentity | null) {
  const known = new Map<number, string>();
  let grouped = false;

  /** Adds who belongs to it now. True where somebody lives. */
  function look(): boolean {
    const listed = listProcesses(turnId).filter(({ pid }) => pid !== process.pid && pid > 1);
    const alive = new Map(listed.map((one) => [one.pid, one]));
    const isRoot = root !== null && alive.get(root.pid)?.start === root.processStart;
    const isMember = (pid: number) => known.has(pid) && alive.get(pid)?.start === known.get(pid);
    // The number of a group is not given to another process while one of its members lives.
    grouped = isRoot || listed.some(({ group, pid }) => group === root?.pid && isMember(pid));
    for (let grew = true; grew; ) {
      grew = false;
      for (const { pid, start, parent, group, marked } of listed) {
        if (isMember(pid)) continue;
        const isOurs =
          marked || (isRoot && pid === root.pid) || isMember(parent) || (grouped && group === root?.pid);
        if (!isOurs) continue;
        known.set(pid, start);
        grew = true;
      }
    }
    return listed.some(({ pid }) => isMember(pid));
  }

  const isStill = (pid: number, start: string) => pidExists(pid) && processStart(pid) === start;

  return {
    look,
    isAlive: (): boolean => [...known].some(([pid, start]) => isStill(pid, start)),
    /** Reaches those too that were born since the last look. */
    signalGroup: (signal: NodeJS.Signals): void => {
      if (grouped && root !== null) send(-root.pid, signal);
    },
    signal: (signal: NodeJS.Signals): void => {
      for (const [pid, start] of known) if (isStill(pid, start)) send(pid, signal);
    },
  };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself: what was wanted.
  }
}
