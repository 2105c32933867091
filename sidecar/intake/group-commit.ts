import { HoldfastError } from '../errors/index.ts';
import type { Store } from '../store/index.ts';

/** More in one transaction would keep the first of them waiting for too long. */
const MAX_GROUP = 256;

type Waiting<In, Out> = { input: In; resolve: (output: Out) => void; reject: (error: unknown) => void };

/**
 * Commits what arrived together in one transaction, since the disk is asked once a commit and not once
 * a row. Nobody is answered before the commit. `work` changes the ledger and nothing else: when an item
 * fails, the group is rolled back and each item gets a transaction of its own, so that the failing one
 * takes no neighbour with it. (A savepoint for each item would do the same at twice the cost.)
 */
export function groupCommit<In, Out>(store: Store, work: (input: In) => Out) {
  const waiting: Waiting<In, Out>[] = [];
  let scheduled = false;
  let closed = false;
  let lastGroup = 0;

  function schedule(): void {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    // After the sockets that are readable now were read. Where several came last time, one more look at
    // the sockets lets the rest of them in: their next requests follow our answers by a hair.
    setImmediate(lastGroup > 1 ? () => setImmediate(commitGroup) : commitGroup);
  }

  function commitGroup(): void {
    scheduled = false;
    const group = waiting.splice(0, MAX_GROUP);
    lastGroup = group.length;
    commit(group);
    schedule();
  }

  function commit(group: Waiting<In, Out>[]): void {
    let outputs: Out[];
    try {
      outputs = store.write(() => group.map(({ input }) => work(input)));
    } catch (error) {
      const forAll = group.length === 1 || error instanceof HoldfastError; // The disk, and not an item.
      for (const item of group) forAll ? item.reject(error) : commit([item]);
      return;
    }
    for (const [index, { resolve }] of group.entries()) resolve(outputs[index] as Out);
  }

  return {
    submit: (input: In): Promise<Out> => {
      if (closed) return Promise.reject(shuttingDown());
      return new Promise((resolve, reject) => {
        waiting.push({ input, resolve, reject });
        schedule();
      });
    },
    /** Commits what is waiting, and takes nothing more. */
    close: (): void => {
      closed = true;
      while (waiting.length > 0) commit(waiting.splice(0, MAX_GROUP));
    },
  };
}

export type GroupCommit<In, Out> = ReturnType<typeof groupCommit<In, Out>>;

function shuttingDown(): HoldfastError {
  return new HoldfastError(
    'SHUTTING_DOWN',
    'The sidecar is stopping and takes no more events.',
    'Nothing to do: the hook keeps the event in the spool, and the next sidecar takes it.',
  );
}
