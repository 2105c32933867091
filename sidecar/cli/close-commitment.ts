import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { plain, printJson } from './print.ts';

export type Options = { id: string; note?: string; json?: boolean };
type Closed = { verb: string; object: string; status: string; quote: string | null };

/** What `keep` and `withdraw` share: all but the word. */
export async function closeCommitment(
  how: 'keep' | 'withdraw',
  { id, note, json = false }: Options,
  { home }: Context,
): Promise<number> {
  const closed = await callApi<Closed>(home, `/commitments/${encodeURIComponent(id)}/${how}`, { note });
  if (json) printJson(closed);
  else {
    const what = closed.object === '' ? closed.verb : `${closed.verb} ${closed.object}`;
    console.log(`${closed.status}: ${plain(what)}${closed.quote ? `  "${plain(closed.quote)}"` : ''}`);
  }
  return 0;
}
