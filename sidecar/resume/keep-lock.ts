import { unlinkSync } from 'node:fs';
import { HoldfastError, messageOf } from '../errors/index.ts';
import { endGeneration } from './end-generation.ts';
import { acquireHostLock, type HeldLock, type HostLockOptions } from './host-lock.ts';
import { readLockFile } from './lock-file.ts';
import { type LockReason, lockHint } from './lock-hint.ts';
import { type LockView, viewLock } from './lock-view.ts';

export type { LockView };

export type LockState =
  | { held: true; how: HeldLock['how']; detail: string }
  | { held: false; reason: LockReason; detail: string; hint: string };

export type KeepLockOptions = Pick<HostLockOptions, 'now' | 'hostname'> & {
  path: string;
  dryRun: boolean;
  autoHeal: boolean;
  machineId: string | null;
  /** Each change of reason, once. One that throws is told again at the next round. */
  changed: (state: LockState) => void;
  retryMs?: number;
  beatMs?: number;
  acquire?: typeof acquireHostLock;
};

export type LockKeeper = ReturnType<typeof keepHostLock>;

/** So that a lock that somebody cleared heals without a restart. */
const RETRY_MS = 5 * 60_000;
/** Five of them are missed before a lock counts as stale. */
const BEAT_MS = 60_000;

/** Holds the lock for as long as it can, and says at any moment whether it does and why not. */
export function keepHostLock(options: KeepLockOptions) {
  const { path, autoHeal, machineId, changed, retryMs = RETRY_MS, beatMs = BEAT_MS } = options;
  const { acquire = acquireHostLock } = options;
  let lock: HeldLock | null = null;
  let state = refused('starting', 'the lock has not been looked at yet');
  let told: string = 'starting';
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let trying = attempt();

  function retry(): Promise<LockState> {
    trying = trying.then(attempt);
    return trying;
  }

  async function attempt(): Promise<LockState> {
    if (stopped) return state;
    if (lock === null) await take();
    else beat();
    tell();
    plan();
    return state;
  }

  async function take(): Promise<void> {
    const { dryRun, now, hostname } = options;
    const got = await acquire({ path, dryRun, autoHeal, machineId, now, hostname });
    if (!got.held) state = refused(got.reason, got.detail);
    else {
      lock = got;
      state = heldAs(got);
    }
  }

  /** A heartbeat that cannot be written goes stale for others, so nothing is done under it either. */
  function beat(): boolean {
    if (lock === null) return false;
    try {
      if (lock.heartbeat()) {
        state = heldAs(lock);
        return true;
      }
      state = refused('lock-lost', 'the lock is not the one that was taken here any more');
      letGo(lock);
      lock = null;
    } catch (error) {
      state = refused('lock-error', `the heartbeat cannot be written: ${messageOf(error)}`);
    }
    return false;
  }

  function tell(): void {
    const reason = state.held ? 'held' : state.reason;
    if (reason === told || stopped) return;
    try {
      changed(state);
      told = reason;
    } catch {
      // Who is told writes it down, and that can fail: what counts is the state, and it is told again.
    }
  }

  function plan(): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(retry, state.held ? beatMs : retryMs).unref();
  }

  function refused(reason: LockReason, detail: string): LockState {
    const other = reason === 'lock-foreign-host' && isOtherMachine(viewLock(path, false), machineId);
    return { held: false, reason, detail, hint: lockHint(reason, { autoHeal, otherMachine: other }) };
  }

  return {
    state: (): LockState => state,
    /**
     * Asked just before each revival. It beats: a machine that slept has a stale lock, which somebody could
     * otherwise take between this answer and what is done under it.
     */
    stillMine: (): boolean => {
      if (stopped) return false;
      const before = state.held;
      const mine = beat();
      tell();
      if (mine !== before) plan();
      return mine;
    },
    /** What lies there now. Reading only. */
    look: (): LockView | null => viewLock(path, lock?.stillMine() === true),
    /** At once, and after what is under way: that may have read the lock before it was cleared. */
    retry,
    /** A person's word: ends the very lock that was shown, then tries. False: it is another one by now, or ours. */
    unlock: async (shown: string): Promise<boolean> => {
      const found = readLockFile(path);
      if (found.kind !== 'file' || found.generation !== shown || lock?.stillMine() === true) return false;
      if (!endShown(path, found)) return false;
      await retry();
      return true;
    },
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await trying;
      if (lock !== null) letGo(lock);
      lock = null;
      state = refused('off', 'the sidecar stops');
    },
  };
}

const heldAs = ({ how, detail }: HeldLock): LockState => ({ held: true, how, detail });

/** Also of one that is not ours any more: it closes its descriptor and touches nothing else. */
function letGo(lock: HeldLock): void {
  try {
    lock.release();
  } catch {
    // A folder that may not be written: the next one takes the lock from the dead.
  }
}

function endShown(path: string, shown: { generation: string; mtimeMs: number }): boolean {
  try {
    return endGeneration(path, path, shown, () => unlinkSync(path));
  } catch (cause) {
    throw new HoldfastError(
      'STORAGE_UNWRITABLE',
      `The lock ${path} cannot be removed: ${messageOf(cause)}.`,
      'Make its folder writable, with room on its disk, and try again.',
      { cause },
    );
  }
}

function isOtherMachine(lock: LockView | null, machineId: string | null): boolean {
  return machineId !== null && lock !== null && lock.machineId !== null && lock.machineId !== machineId;
}
