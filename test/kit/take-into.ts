import type { Rooms } from '../../sidecar/intake/dispatch.ts';
import { eventStore } from '../../sidecar/intake/store.ts';
import { type Incoming, type TakeOptions, takeEvent } from '../../sidecar/intake/take.ts';
import { understand } from '../../sidecar/intake/understand.ts';
import type { Store } from '../../sidecar/store/index.ts';

export type Given = Partial<Omit<Incoming, 'at' | 'body' | 'event'>> & { at?: string };

/** Takes events as intake does, without HTTP, into rooms that are open already. */
export function takeInto(
  store: Store,
  rooms: Rooms,
  now: () => Date,
  options: Partial<Pick<TakeOptions, 'redact' | 'isIgnored' | 'warn'>> = {},
) {
  const events = eventStore(store);
  let ids = 0;

  return (event: string, body: Record<string, unknown>, given: Given = {}) => {
    const text = given.text ?? JSON.stringify(body);
    const incoming: Incoming = {
      event,
      id: given.id ?? `id-${++ids}`,
      source: given.source ?? 'settings',
      via: given.via ?? 'live',
      at: given.at ? new Date(given.at) : now(),
      client: given.client ?? null,
      text,
      body: understand(event, text),
    };
    return store.write(() =>
      takeEvent(
        { ...{ events, rooms, now }, redact: true, isIgnored: () => false, warn: () => {}, ...options },
        incoming,
      ),
    );
  };
}
