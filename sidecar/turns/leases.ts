import { isSameProcess, type ProcessIdentity } from '../machine/index.ts';
import type { Store } from '../store/index.ts';

export type Ending = 'stalled' | 'aborted';

export type Lease = {
  session_id: string;
  turn_id: string;
  owner: string;
  owner_pid: number | null;
  owner_start: string | null;
  owner_boot: string | null;
  read_offset: number;
  ending: Ending | null;
};

/** Who writes: a token of this one life of a sidecar, and the process that it lives in. */
export type Owner = { token: string; identity: ProcessIdentity };

/** Thrown inside a transaction by who finds that another sidecar has taken its turn over. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** The SQL of `turn_leases`, as one owner sees it. Everything but `of` and `all` runs inside a transaction. */
export function leases({ db }: Store, { token, identity }: Owner) {
  const of = db.prepare<[string], Lease>('SELECT * FROM turn_leases WHERE session_id = ?');
  const ofTurn = db.prepare<[string], Lease>('SELECT * FROM turn_leases WHERE turn_id = ?');
  const all = db.prepare<[], Lease>('SELECT * FROM turn_leases');
  const insert = db.prepare<[string, string, string, number, string | null, string | null]>(
    `INSERT INTO turn_leases (session_id, turn_id, owner, owner_pid, owner_start, owner_boot)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const take = db.prepare<[string, number, string | null, string | null, string, string]>(
    `UPDATE turn_leases SET owner = ?, owner_pid = ?, owner_start = ?, owner_boot = ?
     WHERE turn_id = ? AND owner = ?`,
  );
  const move = db.prepare<[number, string, string]>(
    'UPDATE turn_leases SET read_offset = ? WHERE turn_id = ? AND owner = ?',
  );
  const end = db.prepare<[Ending, string, string]>(
    'UPDATE turn_leases SET ending = ? WHERE turn_id = ? AND owner = ?',
  );
  const release = db.prepare<[string, string]>(
    'UPDATE turn_leases SET owner_pid = NULL, owner_start = NULL, owner_boot = NULL, owner = ? WHERE owner = ?',
  );
  const remove = db.prepare<[string, string]>('DELETE FROM turn_leases WHERE turn_id = ? AND owner = ?');
  const { pid, processStart, bootId } = identity;

  function held(changes: number): void {
    if (changes !== 1) throw new Superseded();
  }

  return {
    of: (sessionId: string): Lease | undefined => of.get(sessionId),
    ofTurn: (turnId: string): Lease | undefined => ofTurn.get(turnId),
    all: (): Lease[] => all.all(),
    isOurs: (lease: Lease): boolean => lease.owner === token,
    grant: (sessionId: string, turnId: string): void => {
      insert.run(sessionId, turnId, token, pid, processStart, bootId);
    },
    /** Compare-and-set on the owner that was judged: of several that judge it, one takes it. */
    take: (lease: Lease): boolean =>
      take.run(token, pid, processStart, bootId, lease.turn_id, lease.owner).changes === 1,
    /** The fence: everything before `offset` is stored with this transaction, by the owner and nobody else. */
    move: (turnId: string, offset: number): void => held(move.run(offset, turnId, token).changes),
    /** For what is no write: signals. */
    check: (turnId: string): void => held(ofTurn.get(turnId)?.owner === token ? 1 : 0),
    decide: (turnId: string, ending: Ending): void => held(end.run(ending, turnId, token).changes),
    end: (turnId: string): void => held(remove.run(turnId, token).changes),
    /** All of ours: whoever comes next may have them at once. */
    releaseAll: (): void => {
      release.run(`left by ${token}`, token);
    },
  };
}

export type Leases = ReturnType<typeof leases>;

/** A live owner is never replaced, nor one of which nobody can tell; a dead one at once. */
export function isAbandoned({ owner_pid, owner_start, owner_boot }: Lease): boolean {
  if (owner_pid === null) return true;
  return isSameProcess({ pid: owner_pid, processStart: owner_start, bootId: owner_boot }) === false;
}
