import { type EventRow, eventStore } from '../../sidecar/intake/store.ts';
import { type Incoming, type TakeOptions, takeEvent } from '../../sidecar/intake/take.ts';
import { understand } from '../../sidecar/intake/understand.ts';
import { openPlans } from '../../sidecar/plans/index.ts';
import { sessionStore } from '../../sidecar/sessions/index.ts';
import { openedStore } from './opened-store.ts';
import { type GivenWord, wordOver } from './word.ts';

export type Given = Partial<Omit<Incoming, 'at' | 'body' | 'event'>> & { at?: string };

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
  let ids = 0;

  function take(event: string, body: Record<string, unknown>, given: Given = {}) {
    const text = given.text ?? JSON.stringify(body);
    const incoming: Incoming = {
      event,
      id: given.id ?? `id-${++ids}`,
      source: given.source ?? 'settings',
      via: given.via ?? 'live',
      at: given.at ? new Date(given.at) : clock.now,
      client: given.client ?? null,
      text,
      body: understand(event, text),
    };
    return store.write(() =>
      takeEvent(
        {
          events,
          rooms: { sessions, word, plans, notices: { tell: () => null } },
          redact: options.redact ?? true,
          isIgnored: options.isIgnored ?? (() => false),
          now: () => clock.now,
          warn: (what, facts) => warnings.push({ what, facts }),
        },
        incoming,
      ),
    );
  }

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
