import { openWord, type Word, type WordOptions } from '../../sidecar/commitments/index.ts';
import { sessionStore } from '../../sidecar/sessions/index.ts';
import type { Store } from '../../sidecar/store/index.ts';

export type GivenWord = Partial<Pick<WordOptions, 'isLive' | 'mask'>> & {
  promises?: Partial<WordOptions['promises']>;
  completions?: WordOptions['completions'];
};

/** The ledger of promises as it is after `init`, over an open store. */
export function wordOver(store: Store, { promises, ...given }: GivenWord = {}): Word {
  return openWord({
    store,
    promises: { enabled: true, perTopicCap: 5, expiresHours: 6, followUp: 'context', ...promises },
    completions: { enabled: true },
    mask: (text) => text,
    isLive: sessionStore(store).isLive,
    ...given,
  });
}
