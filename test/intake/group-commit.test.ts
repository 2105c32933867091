import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../sidecar/errors/index.ts';
import { groupCommit } from '../../sidecar/intake/group-commit.ts';
import { changeLog } from '../../sidecar/store/index.ts';
import { insertSessions, numbered, openedStore } from '../kit/opened-store.ts';

function opened() {
  const { store } = openedStore();
  let transactions = 0;
  const counted: typeof store = {
    ...store,
    write: (work) => {
      transactions++;
      return store.write(work);
    },
  };
  const insert = store.db.prepare<[string]>(
    "INSERT INTO sessions (id, state, started_at) VALUES (?, 'booting', '2026-01-01')",
  );
  const commits = groupCommit(counted, (id: string) => {
    if (id.startsWith('fault')) throw new Error(`${id} is a fault of ours`);
    if (id.startsWith('disk')) throw new HoldfastError('STORAGE_FULL', 'full', 'make room');
    insert.run(id);
    return `done ${id}`;
  });
  const ids = () => store.db.prepare<[], string>('SELECT id FROM sessions ORDER BY id').pluck().all();
  return { store, commits, ids, transactions: () => transactions };
}

const outcomes = async (promises: Promise<string>[]) =>
  (await Promise.allSettled(promises)).map((settled) =>
    settled.status === 'fulfilled' ? settled.value : (settled.reason as Error).message,
  );

describe('a group', () => {
  test('that came together is one transaction, and each is answered with its own', async () => {
    const { commits, ids, transactions } = opened();
    const names = numbered('s', 9);
    const answers = await Promise.all(names.map(commits.submit));
    expect(answers).toEqual(names.map((name) => `done ${name}`));
    expect(ids()).toEqual(names);
    expect(transactions()).toBe(1);
  });

  test('is answered after its commit, and never before', async () => {
    const { store, commits } = opened();
    const during: boolean[] = [];
    await Promise.all(
      numbered('s', 3).map((id) => commits.submit(id).then(() => during.push(store.db.inTransaction))),
    );
    expect(during).toEqual([false, false, false]);
  });

  test('in which one fails takes no neighbour with it, and keeps its order', async () => {
    const { store, commits, ids } = opened();
    const settled = await outcomes(['a', 'fault', 'b', 'c'].map(commits.submit));
    expect(settled).toEqual(['done a', 'fault is a fault of ours', 'done b', 'done c']);
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(
      changeLog(store)
        .after(0, 10)
        .map((change) => change.id),
    ).toEqual(['a', 'b', 'c']);
  });

  test('in which the same row comes twice: the second alone fails', async () => {
    const { commits, ids } = opened();
    const settled = await outcomes(['a', 'a', 'b'].map(commits.submit));
    expect(settled).toEqual(['done a', expect.stringContaining('UNIQUE'), 'done b']);
    expect(ids()).toEqual(['a', 'b']);
  });

  test('that meets a full disk fails as one, without trying the disk again for each', async () => {
    const { commits, ids, transactions } = opened();
    expect(await outcomes(['a', 'disk', 'b'].map(commits.submit))).toEqual(['full', 'full', 'full']);
    expect(ids()).toEqual([]);
    expect(transactions()).toBe(1);
  });

  test('after a failed one is committed as always', async () => {
    const { commits, ids } = opened();
    await outcomes(['fault', 'disk'].map(commits.submit));
    expect(await commits.submit('a')).toBe('done a');
    expect(ids()).toEqual(['a']);
  });

  test('of very many is several transactions, in order', async () => {
    const { commits, ids, transactions } = opened();
    const names = numbered('s', 1_000);
    await Promise.all(names.map(commits.submit));
    expect(ids()).toHaveLength(1_000);
    expect(transactions()).toBeGreaterThan(1);
    expect(transactions()).toBeLessThan(20);
  });
});

describe('close', () => {
  test('commits what waits, and rejects what comes later with SHUTTING_DOWN', async () => {
    const { commits, ids } = opened();
    const waiting = numbered('s', 600).map(commits.submit);
    commits.close();
    expect(ids()).toHaveLength(600);
    expect((await Promise.all(waiting)).length).toBe(600);
    await expect(commits.submit('late')).rejects.toMatchObject({ code: 'SHUTTING_DOWN', status: 503 });
    commits.close();
    expect(ids()).toHaveLength(600);
  });

  test('a listener that submits again is heard, as long as it is open', async () => {
    const { store, commits } = opened();
    let again: Promise<string> | undefined;
    store.onChange(() => {
      again ??= commits.submit('b');
    });
    insertSessions(store, ['a']);
    expect(await again).toBe('done b');
  });
});
