import type { ProcessIdentity } from '../machine/index.ts';
import { type Holder, readHolder } from './lock-text.ts';

/** A holder beats far more often: one that was not heard of for so long is stale. */
export const STALE_MS = 5 * 60_000;

export type Refusal =
  | 'lock-live-other'
  | 'lock-foreign-host'
  | 'lock-foreign-host-would-heal'
  | 'lock-lost-race'
  | 'lock-unreadable'
  | 'lock-error';

export type Verdict =
  | { take: 'created' | 'reclaimed' | 'healed'; why: string }
  | { take: null; reason: Refusal; detail: string };

export type Seen =
  | { kind: 'none' }
  | { kind: 'unreadable'; why: string }
  | { kind: 'file'; text: string; mtimeMs: number };

export type Bench = {
  hostname: string;
  machineId: string | null;
  autoHeal: boolean;
  dryRun: boolean;
  now: number;
  /** False alone is a death: unknown (null) never proves one. */
  isAlive: (holder: ProcessIdentity) => boolean | null | Promise<boolean | null>;
  isLocalDisk: () => boolean | Promise<boolean>;
};

/** The table of the host lock, a row a line; the first that matches wins. It probes only where a row needs it. */
export async function judgeLock(seen: Seen, bench: Bench): Promise<Verdict> {
  if (seen.kind === 'none') return take('created', 'there was no lock');
  if (seen.kind === 'unreadable') return refuse('lock-unreadable', `the lock cannot be read: ${seen.why}`);
  // A clock that was set back leaves a heartbeat in the future: that is not stale.
  const fresh = bench.now - seen.mtimeMs < STALE_MS;
  const holder = readHolder(seen.text);
  if (holder === null) return fresh ? tooYoung() : take('reclaimed', 'the lock was not understood, and old');
  if (isOtherMachine(holder, bench))
    return refuse('lock-foreign-host', `${nameOf(holder)} on another machine`);
  if (holder.hostname === bench.hostname) return judgeOwnHost(holder, fresh, bench);
  return judgeOtherHost(holder, fresh, bench);
}

async function judgeOwnHost(holder: Holder, fresh: boolean, { isAlive }: Bench): Promise<Verdict> {
  if (!fresh) return take('reclaimed', `${nameOf(holder)} was not heard of for 5 minutes`);
  if (await mayBeAlive(holder, isAlive)) return refuse('lock-live-other', `${nameOf(holder)} holds the lock`);
  return take('reclaimed', `${nameOf(holder)} is gone`);
}

async function judgeOtherHost(holder: Holder, fresh: boolean, bench: Bench): Promise<Verdict> {
  const { machineId, autoHeal, dryRun, isAlive, isLocalDisk } = bench;
  const who = nameOf(holder);
  const sameMachine = holder.machineId !== null && holder.machineId === machineId;
  if (sameMachine && fresh)
    return refuse('lock-live-other', `${who} was heard of less than 5 minutes ago, on this machine`);
  if (!autoHeal) return refuse('lock-foreign-host', `${who} holds the lock, and auto-heal is off`);
  if (!(await isProvablyLocal(isLocalDisk)))
    return refuse('lock-foreign-host', `${who} holds the lock, and this disk may be shared`);
  if (fresh) return refuse('lock-live-other', `${who} was heard of less than 5 minutes ago`);
  if (await mayBeAlive(holder, isAlive)) return refuse('lock-live-other', `${who} still runs`);
  if (dryRun)
    return refuse('lock-foreign-host-would-heal', `${who} is gone; a dry run leaves its lock alone`);
  return take('healed', `${who} is gone`);
}

/** Known on both sides and different, whatever the hostname: another machine, a restored or copied home. */
function isOtherMachine(holder: Holder, { machineId }: Bench): boolean {
  return holder.machineId !== null && machineId !== null && holder.machineId !== machineId;
}

async function mayBeAlive(holder: Holder, isAlive: Bench['isAlive']): Promise<boolean> {
  const { pid, processStart, bootId } = holder;
  try {
    return (await isAlive({ pid, processStart, bootId })) !== false;
  } catch {
    return true; // A probe that fails proves no death.
  }
}

async function isProvablyLocal(isLocalDisk: Bench['isLocalDisk']): Promise<boolean> {
  try {
    return (await isLocalDisk()) === true;
  } catch {
    return false; // A probe that fails proves nothing.
  }
}

const nameOf = ({ pid, hostname }: Holder) => `process ${pid} of ${JSON.stringify(hostname)}`;

const take = (how: 'created' | 'reclaimed' | 'healed', why: string): Verdict => ({ take: how, why });

const refuse = (reason: Refusal, detail: string): Verdict => ({ take: null, reason, detail });

const tooYoung = () =>
  refuse('lock-unreadable', 'the lock is not understood, and changed less than 5 minutes ago');
