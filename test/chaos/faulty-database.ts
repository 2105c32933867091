import { basename } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';

/** How a call of the database fails. */
export type Fault = {
  code: 'SQLITE_FULL' | 'SQLITE_IOERR' | 'SQLITE_BUSY' | 'plain Error';
  /**
   * once: this call alone, and nothing is done. undone: SQLite has rolled the transaction back by itself,
   * as it may on a full or failing disk. done: the call did its work, and then says that it failed.
   * lasting: from this call on, until it is mended.
   */
  how: 'once' | 'undone' | 'done' | 'lasting';
};

/** Counts the calls of a database from `arm` on, and fails the chosen one. */
export type FaultPlan = {
  arm: (nth: number, fault: Fault) => void;
  disarm: () => void;
  /** Whether the chosen call came. */
  hit: () => boolean;
  /** What was asked when it failed. */
  failed: () => string;
  opened: (database: Database) => void;
  /** A sentence for each connection that nobody closed. */
  leftOpen: () => string[];
  check: (sql: string, native: Native, call: () => unknown) => unknown;
};

export type Native = {
  inTransaction: boolean;
  exec: (sql: string) => void;
  prepare: (sql: string, ...rest: unknown[]) => object;
};

export function faultPlan(): FaultPlan {
  let left = 0;
  let fault: Fault | null = null;
  let failed = '';
  const databases: Database[] = [];

  return {
    opened: (database) => databases.push(database),
    leftOpen: () => databases.filter(({ open }) => open).map(({ name }) => `${basename(name)} is left open`),
    arm: (nth, chosen) => {
      left = nth;
      fault = chosen;
      failed = '';
    },
    disarm: () => {
      fault = null;
    },
    hit: () => failed !== '',
    failed: () => failed,
    check: (sql, native, call) => {
      // SQLite's ROLLBACK needs neither the disk nor a lock: it always ends the transaction.
      if (!fault || sql.startsWith('ROLLBACK')) return call();
      left--;
      if (left > 0 || (left < 0 && fault.how !== 'lasting')) return call();
      failed ||= sql.replace(/\s+/g, ' ').slice(0, 60);
      if (fault.how === 'done' && !sql.startsWith('BEGIN')) call(); // A BEGIN that fails has begun nothing.
      if (fault.how === 'undone' && native.inTransaction) native.exec('ROLLBACK');
      throw errorOf(fault);
    },
  };
}

function errorOf({ code }: Fault): Error {
  if (code === 'plain Error') return new Error('chaos: the call failed');
  return new Sqlite.SqliteError('chaos: the call failed', code);
}

/**
 * A real database whose calls pass the plan: run, get, all, iterate, exec, every pragma, and the BEGIN,
 * COMMIT and savepoints of better-sqlite3's own `transaction`. The layer is put below the package's
 * JavaScript and above its native part, since a Proxy around the whole never sees a COMMIT.
 */
export function openFaulty(file: string, plan: FaultPlan): Database {
  const real = new Sqlite(file);
  plan.opened(real);
  const cppdb = Object.getOwnPropertySymbols(real).find((symbol) => 'prepare' in nativeOf(real, symbol));
  if (!cppdb) throw new Error('this better-sqlite3 keeps its native part elsewhere');
  const native = nativeOf(real, cppdb);

  const faultyNative = new Proxy(native, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'prepare')
        return (sql: string, ...rest: unknown[]) =>
          faultyStatement(target.prepare(sql, ...rest), sql, target);
      if (name === 'exec') return (sql: string) => plan.check(sql, target, () => target.exec(sql));
      return value.bind(target);
    },
  });
  const getters = Object.getOwnPropertyDescriptors(real);
  return Object.create(Sqlite.prototype, { ...getters, [cppdb]: { value: faultyNative } }) as Database;

  function faultyStatement(statement: object, sql: string, owner: Native): object {
    const proxy: object = new Proxy(statement, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (!['run', 'get', 'all', 'iterate'].includes(String(name)))
          return (...args: unknown[]) => {
            const result: unknown = value.apply(target, args);
            return result === target ? proxy : result; // pluck() and its like return the statement.
          };
        return (...args: unknown[]) => plan.check(sql, owner, () => value.apply(target, args));
      },
    });
    return proxy;
  }
}

function nativeOf(database: Database, symbol: symbol): Native {
  return (database as unknown as Record<symbol, Native>)[symbol] as Native;
}
