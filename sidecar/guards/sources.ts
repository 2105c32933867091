import type { Notice } from './attention.ts';
import type { Notices } from './notices.ts';

/** What a person should know of, for as long as it is so. */
export type NoticesNow = () => Notice[];

/**
 * Rooms that know at any moment what is the matter: asked at each look, and what none of them says any more
 * is over. What one of them has said stands in the ledger, so that this holds over a restart too.
 */
export function noticeSources(notices: Pick<Notices, 'raise' | 'close' | 'ofSources'>) {
  const sources = new Map<string, NoticesNow>();

  /** Throws where one of them would not answer: then nothing of its own is over. */
  function look(): void {
    const now = new Set<string>();
    const silent = new Set<string>();
    const faults: unknown[] = [];
    for (const [source, noticesNow] of sources) {
      try {
        for (const notice of noticesNow()) {
          // Two that tell of the same do not talk each other down: the first one's words stand.
          if (now.has(nameOf(notice))) continue;
          now.add(nameOf(notice));
          notices.raise(notice, { source });
        }
      } catch (error) {
        silent.add(source);
        faults.push(error);
      }
    }
    for (const row of notices.ofSources()) {
      if (!now.has(nameOf(row)) && !silent.has(row.source ?? '')) notices.close(row.guard, row.kind);
    }
    if (faults.length > 0) throw faults[0];
  }

  return {
    add: (source: string, noticesNow: NoticesNow): void => {
      sources.set(source, noticesNow);
    },
    look,
  };
}

const nameOf = ({ guard, kind }: Pick<Notice, 'guard' | 'kind'>) => `${kind} ${guard}`;
