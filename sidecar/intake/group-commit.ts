import { HoldfastError } from '../errors/index.ts';
import type { Store } from '../store/index.ts';

/** More in one transaction would keep the first of them waiting for too long. */
const MAX_GROUP = 256;

type Waiting<In, Out> = { input: In; resolve: (output: Out) => void; reject: (error: unknown) => void };

/**
 * Commits what arrived together in one transaction, since the disk is asked once a commit and not once
 * a row. Each item is a savepoint of its own: one that fails takes no neighbour with it. Nobody is
 * answered before the commit.
 */
export function groupCommit<In, Out>(store: Store, work: (input: In) => Out) {
  const waiting: Waiting<In, Out>[] = [];
  let scheduled = false;
  let closed = false;

  function schedule(): void {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    // After the sockets that are readable now were read, and before the next are.
    setImmediate(() => {
      scheduled = false;
      commit(waiting.splice(0, MAX_GROUP));
      schedule();
    });
  }

  function commit(group: Waiting<In, Out>[]): void {
    const answers: (() => void)[] = [];
    try {
      store.write(() => {
        for (const { input, resolve, reject } of group) {
          try {
            const output = store.write(() => work(input));
            answers.push(() => resolve(output));
          } catch (error) {
            // A full disk ends the whole transaction; then nothing of the group is there.
            if (!store.db.inTransaction) throw error;
            answers.push(() => reject(error));
          }
        }
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const answer of answers) answer();
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
