import { type EventRow, eventStore } from '../../sidecar/intake/store.ts';
import type { TakeOptions } from '../../sidecar/intake/take.ts';
import { openPlans } from '../../sidecar/plans/index.ts';
import { sessionStore } from '../../sidecar/sessions/index.ts';
import { openedStore } from './opened-store.ts';
import { takeInto } from './take-into.ts';
import { type GivenWord, wordOver } from './word.ts';

export type { Given } from './take-into.ts';

/** A ledger that takes events as intake does, without HTTP; the clock stands where the test puts it. */
export function ledger(
  options: Partial<Pick<TakeOptions, 'redact' | 'isIgnored'>> & { word?: GivenWord } = {},
) {
  const { store, home, folder } = openedStore();
  const events = eventStore(store);
  const sessions = sessionStore(store);
  const word = wordOver(store, options.word);
  const plans = openPlans({ store, isLive: sessions.isLive });
  const warnings: { what: string; facts: Record<string, unknown> }[] = [];
  const clock = { now: new Date('2026-03-01T12:00:00.000Z') };
  const take = takeInto(store, { sessions, word, plans, notices: { tell: () => null } }, () => clock.now, {
    ...options,
    warn: (what, facts) => warnings.push({ what, facts }),
  });

  return {
    store,
    home,
    folder,
    events,
    sessions,
    word,
    plans,
    warnings,
    clock,
    take,
    rows: () => store.db.prepare<[], EventRow & { seq: number }>('SELECT * FROM events ORDER BY seq').all(),
    /** What `take` stored of the body of the newest event. */
    lastBody: () => JSON.parse(events.one(events.last(1)[0]?.id ?? '')?.body ?? 'null'),
  };
}
