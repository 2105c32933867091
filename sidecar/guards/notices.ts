import { randomUUID } from 'node:crypto';
import { HoldfastError } from '../errors/index.ts';
import type { Store } from '../store/index.ts';
import type { AttentionItem, AttentionKind, Notice } from './attention.ts';
import { type AttentionStore, type ItemRow, itemOf } from './store.ts';

export type NoticesOptions = {
  store: Store;
  items: AttentionStore;
  /** Masks the secrets of what others wrote. */
  mask: (text: string) => string;
  now: () => Date;
};

type New = { id?: string; source?: string | null };

const SHOWN_CLOSED = 50;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal must not get
const CONTROL = /[\u0000-\u001f\u007f-\u009f]+/g;

/** What the person is to know, one item a guard, kind and episode. */
export function openNotices({ store, items, mask, now }: NoticesOptions) {
  /** By id: how often an item was seen, where that is more than is saved. */
  const seen = new Map<string, number>();

  /** Opens an item, or counts on the one that is there. `id`, `source`: what a new one gets. */
  function raise(notice: Notice, { id = randomUUID() as string, source = null }: New = {}): void {
    const { guard, kind } = notice;
    const said = { title: clean(notice.title), why: clean(notice.why), hint: clean(notice.hint) };
    store.write(() => {
      const row = items.current(guard, kind);
      if (row) count(row, said);
      else items.insert({ guard, kind, ...said, id, source, at: now().toISOString() });
    });
  }

  /**
   * A guard stays loud for days, and is looked at four times a minute: a count is saved when it has doubled,
   * and with every other change of its item. Killed in between, the sidecar forgets at most half of it.
   */
  function count(row: ItemRow, said: Pick<Notice, 'title' | 'why' | 'hint'>): void {
    const counted = countOf(row) + 1;
    seen.set(row.id, counted);
    const same = row.title === said.title && row.why === said.why && row.hint === said.hint;
    if (!same || counted >= 2 * row.count) save(row, said);
  }

  function countOf(row: ItemRow): number {
    return Math.max(row.count, seen.get(row.id) ?? 0);
  }

  function save(row: ItemRow, fields: Parameters<AttentionStore['change']>[1]): void {
    items.change(row, { ...fields, count: countOf(row) });
  }

  /** Ends the episode. The next sight opens another item. */
  function close(guard: string, kind: AttentionKind): void {
    if (!items.current(guard, kind)) return; // The usual case, at every look.
    store.write(() => {
      const row = items.current(guard, kind);
      if (!row) return;
      save(row, { status: 'closed', closed_at: now().toISOString() });
      seen.delete(row.id);
    });
  }

  /** A person knows. Of an item that is not open there is nothing to change. */
  function acknowledge(id: string): AttentionItem {
    return store.write(() => {
      const row = items.one(id);
      if (!row) throw unknownItem(id);
      if (row.status === 'open') save(row, { status: 'acknowledged', acknowledged_at: now().toISOString() });
      return shown(items.one(id) ?? row);
    });
  }

  function clean(text: string): string {
    return mask(text).replace(CONTROL, ' ').trim();
  }

  function shown(row: ItemRow): AttentionItem {
    return itemOf({ ...row, count: countOf(row) });
  }

  return {
    raise,
    close,
    acknowledge,
    /** Open, then acknowledged, then the last that are over. */
    list: (closed = SHOWN_CLOSED): AttentionItem[] => [...items.live(), ...items.closed(closed)].map(shown),
    /** That it was told in a place. Inside a transaction of the caller's. */
    told: (row: ItemRow, where: 'told_at' | 'notified_at'): void =>
      save(row, { [where]: now().toISOString() }),
    ofSources: (): ItemRow[] => items.live().filter(({ source }) => source !== null),
    open: (): ItemRow[] => items.live().filter(({ status }) => status === 'open'),
    shown,
    saveCounts: (): void => {
      store.write(() => {
        for (const row of items.live()) if (countOf(row) > row.count) save(row, {});
      });
    },
  };
}

export type Notices = ReturnType<typeof openNotices>;

function unknownItem(id: string): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    `There is no attention item ${id}.`,
    '`holdfast attention` lists them with their ids.',
  );
}
