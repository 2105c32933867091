import { HoldfastError } from '../../sidecar/errors/index.ts';
import { type HomePaths, homePaths } from '../../sidecar/home/index.ts';
import { openStore, type Store } from '../../sidecar/store/index.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { type Fault, type FaultPlan, faultPlan, openFaulty } from './faulty-database.ts';
import { ledgerFaults } from './stopped-ledger.ts';

/** More calls than any of the operations makes: past it something never ends. */
const MOST_CALLS = 400;

/** A public write, and how its result is judged. */
export type Operation = {
  name: string;
  /** What the home holds before it; with the ledger closed again. */
  prepare: (home: HomePaths) => void | Promise<void>;
  /** Opens the ledger itself: then its calls are counted from the very first. */
  opens?: boolean;
  /** On an open ledger. Throws, or returns what it acknowledged. */
  begin: (store: Store, home: HomePaths) => () => unknown;
  /** Faults of the ledger after the operation was interrupted: no half effects. `result`: what it returned. */
  judge: (store: Store, result: unknown, home: HomePaths) => string[];
  /** Faults after it was repeated and passed. */
  judgeDone: (store: Store, home: HomePaths) => string[];
  /** Judged too: that its failure has a name, and that no connection is left open behind it. */
  named?: boolean;
  /** Rows were forgotten or pruned, so the log begins later than the tables. */
  forgetful?: boolean;
  /** Change rows were pruned: the log cannot be replayed. */
  prunedLog?: boolean;
};

/** Fails call 1, 2, … of one operation until it passes. Returns how many calls it makes. */
export async function failEachCall(operation: Operation, fault: Fault): Promise<number> {
  for (let nth = 1; nth <= MOST_CALLS; nth++) {
    const { home, remove } = temporaryHome();
    try {
      await operation.prepare(home);
      const plan = faultPlan();
      const attempt = await interrupt(operation, home, plan, nth, fault);
      const where = `${operation.name}, call ${nth} (${plan.failed()}), ${fault.code} ${fault.how}`;
      fail(where, [...attempt.faults, ...(await reopened(operation, home, attempt.result))]);
      if (!attempt.hit) return nth - 1;
    } finally {
      remove();
    }
  }
  throw new Error(`${operation.name} makes more than ${MOST_CALLS} calls`);
}

type Attempt = { hit: boolean; result: unknown; faults: string[] };

async function interrupt(
  operation: Operation,
  home: HomePaths,
  plan: FaultPlan,
  nth: number,
  fault: Fault,
): Promise<Attempt> {
  const faults: string[] = [];
  let result: unknown;
  let store: Store | undefined;
  if (operation.opens) plan.arm(nth, fault);
  try {
    store = openStore({ home, openDatabase: (file) => openFaulty(file, plan) });
    const run = operation.begin(store, home);
    if (!operation.opens) plan.arm(nth, fault);
    result = await run();
  } catch (error) {
    if (!plan.hit()) throw error;
    if (operation.named) faults.push(...namedWrongly(error, fault), ...plan.leftOpen());
  }
  const hit = plan.hit();
  plan.disarm();
  if (store) {
    // The sidecar goes on with the same connection: no transaction may be left open on it.
    if (store.db.inTransaction) faults.push('a transaction is left open');
    faults.push(...operation.judge(store, result, home).map((said) => `on the same connection: ${said}`));
    store.close();
  }
  return { hit, result, faults };
}

/** A condition of the disk that has a name is never told as a fault of ours. */
function namedWrongly(error: unknown, { code }: Fault): string[] {
  if (code === 'plain Error') return [];
  const wanted = code === 'SQLITE_FULL' ? 'STORAGE_FULL' : 'STORAGE_UNWRITABLE';
  if (error instanceof HoldfastError && error.code === wanted) return [];
  return [`it was told as ${String(error)} and not as ${wanted}`];
}

/** The home as the next sidecar finds it, and the same operation once more. */
async function reopened(operation: Operation, { root }: HomePaths, result: unknown): Promise<string[]> {
  const home = homePaths(root);
  const store = openStore({ home });
  try {
    const faults = [...checked(store, operation), ...operation.judge(store, result, home)];
    await operation.begin(store, home)();
    return [...faults, ...checked(store, operation), ...operation.judgeDone(store, home)];
  } finally {
    store.close();
  }
}

function checked({ db }: Store, { forgetful = false, prunedLog = false }: Operation): string[] {
  return ledgerFaults(db, { forgetful }).filter((fault) => !prunedLog || !/\b(log|change)\b/.test(fault));
}

function fail(where: string, faults: string[]): void {
  if (faults.length > 0) throw new Error(`${where}: ${faults.slice(0, 5).join('; ')}`);
}
