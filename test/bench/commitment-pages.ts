import { resolveConfig } from '../../sidecar/home/index.ts';
import { openLog } from '../../sidecar/server/log.ts';
import { openRooms } from '../../sidecar/server/rooms.ts';
import { newTally } from '../../sidecar/server/tally.ts';
import { openStore } from '../../sidecar/store/index.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { fillLedger } from './large-ledger.ts';
import { atMost, byTurns, type Figure, median, timed } from './measure.ts';

const SMALL = 1_000;
const LARGE = 1_000_000;
const ROUNDS = 15;
const PORT = 4711;
const TOKEN = 'the-token-of-the-bench-is-long-enough';

const FILTERS = [
  '',
  'status=open',
  'status=kept',
  'status=withdrawn',
  'topicId=t0',
  'topicId=t4',
  'sessionId=s5',
  'verb=push',
  'q=now',
  'q=word5',
  'q=zebra',
  'q=word5+branch',
  'topicId=t0&status=open',
  'topicId=t4&status=kept',
  'topicId=t0&status=withdrawn',
  'topicId=t0&verb=push',
  'topicId=t0&status=kept&verb=push',
  'status=open&verb=push',
  'status=withdrawn&verb=merge',
  'sessionId=s5&topicId=t0&status=kept',
  'q=now&status=open',
  'q=now&status=withdrawn',
  'q=now&topicId=t4',
  'q=now&verb=push',
  'q=now&sessionId=s5',
  'q=zebra&status=kept',
  'q=zebra&topicId=t0',
  'q=word5&topicId=t0',
  'q=word5&status=kept',
  'q=word5&topicId=t0&status=kept',
];

/** First pages of GET /commitments with a million rows, against the same with a thousand. */
export async function commitmentPages(): Promise<Figure[]> {
  const [small, large] = [ledgerOf(SMALL), ledgerOf(LARGE)];
  try {
    const figures: Figure[] = [];
    for (const filter of FILTERS) {
      const [few = [], many = []] = await byTurns(ROUNDS, [() => small.ask(filter), () => large.ask(filter)]);
      const [ms, most] = [median(few), median(many)];
      const detail = `${ms.toFixed(2)} ms, ${most.toFixed(2)} ms`;
      figures.push(atMost(`commitments?${filter}: a million rows / a thousand`, most / ms, 3, detail));
    }
    return figures;
  } finally {
    await small.end();
    await large.end();
  }
}

function ledgerOf(rows: number) {
  const { home, remove } = temporaryHome();
  const store = openStore({ home });
  fillLedger(store, rows);
  const closing = new AbortController();
  const { app, stop } = openRooms({
    store,
    home,
    config: resolveConfig({}, 'config.json'),
    log: openLog(home.logs),
    tally: newTally(),
    lock: { fault: () => null },
    token: TOKEN,
    ownPort: () => PORT,
    closing: closing.signal,
  });
  const headers = { host: `127.0.0.1:${PORT}`, authorization: `Bearer ${TOKEN}` };
  return {
    ask: (filter: string) =>
      timed(async () => {
        const answer = await app.request(`/commitments?${filter}`, { headers });
        if (answer.status !== 200) throw new Error(await answer.text());
        await answer.arrayBuffer();
      }),
    end: async () => {
      closing.abort();
      await stop();
      store.close();
      remove();
    },
  };
}
