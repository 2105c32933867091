/** What this sidecar counted since its start; the ledger holds the rest. Read by `GET /metrics`. */
export type Tally = ReturnType<typeof newTally>;

export function newTally() {
  const counts = new Map<string, number>();
  return {
    /** `labels` is the part in braces, ready-made: `event="Stop",via="live"`. */
    add: (name: string, labels = '', by = 1): void => {
      const key = labels === '' ? name : `${name}{${labels}}`;
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    entries: (): [string, number][] => [...counts].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}
