import type { ProcessIdentity } from '../machine/index.ts';

/** Who holds a lock, or was about to take one. A null part is unknown. */
export type Holder = ProcessIdentity & {
  hostname: string;
  machineId: string | null;
  /** Random: no two locks have the same text. */
  owner: string | null;
};

export function lockText(holder: Holder): string {
  const { pid, processStart, bootId, hostname, machineId, owner } = holder;
  return `${JSON.stringify({ pid, processStart, bootId, hostname, machineId, owner })}\n`;
}

/** Null: not understood. Without a process and a host there is nothing to judge; the rest may be unknown. */
export function readHolder(text: string): Holder | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const pid = fields.get('pid');
  const hostname = word(fields.get('hostname'));
  // Zero and below name groups of processes: never asked after, never a holder.
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0 || hostname === null) return null;
  return {
    pid,
    hostname,
    processStart: word(fields.get('processStart')),
    bootId: word(fields.get('bootId')),
    machineId: word(fields.get('machineId')),
    owner: word(fields.get('owner')),
  };
}

function word(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
