export type OneAtATime = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Work of one key in the order in which it came; that of another key does not wait for it. */
export function oneAtATime(): OneAtATime {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const mine = (async () => {
      await before?.catch(() => undefined); // How that ended is its own caller's.
      return await work();
    })();
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
