import { compareVersions } from '../../machine/index.ts';
import { PROOFS } from './proofs.ts';
import type { Sign } from './read-signs.ts';

/** What was heard of a session, by its events or by the client's own word that a hook of ours ran. */
export type Heard = {
  /** The time of the first event; null: none came at all. */
  first: string | null;
  /** Whether the event came for this call, or where there is none, at that time or later. */
  came: (event: string, toolUseId: string | null, from: string) => boolean;
};

export type Unheard = {
  event: string;
  /** `session`: nothing at all was heard of it. `hook`: this one was silent, others were not. */
  what: 'session' | 'hook';
  at: string;
  seen: string;
};

/** How often in a row an event may be missing from a session of which others came. */
const PATIENCE = 2;
/** A hook's event is stamped when it comes, a row when it is made: either may be the first. */
const MARGIN_MS = 2_000;

/**
 * Says of what happened in a session which hooks must have told of it, and did not. `missed` counts how often an
 * event was missing in a row, and is carried from one look to the next.
 */
export function judge(
  signs: readonly Sign[],
  {
    heard,
    version,
    worked,
    missed,
  }: {
    heard: Heard;
    version: string | null;
    /** A prompt of it was answered: until then its first events may be on their way. */
    worked: boolean;
    missed: Map<string, number>;
  },
): Unheard[] {
  if (version === null) return []; // A client that does not say what it is can do nobody knows what.
  const found = new Map<string, Unheard>();
  for (const sign of signs) {
    for (const { event, since, sign: kind, seen, inHeardSession } of PROOFS) {
      if (kind !== sign.kind || compareVersions(version, since) < 0) continue;
      if (heard.came(event, sign.toolUseId, before(sign.at))) {
        missed.delete(event);
        found.delete(event);
      } else if (heard.first === null) {
        if (worked) found.set(event, { event, what: 'session', at: sign.at, seen });
        // What came before its first event is no news: a fork begins with the rows of its parent.
      } else if (inHeardSession && sign.at > heard.first) {
        const times = (missed.get(event) ?? 0) + 1;
        missed.set(event, times);
        if (times >= PATIENCE)
          found.set(event, { event, what: 'hook', at: sign.at, seen: `${times} times ${seen}` });
      }
    }
  }
  return [...found.values()];
}

function before(at: string): string {
  return new Date(Date.parse(at) - MARGIN_MS).toISOString();
}
