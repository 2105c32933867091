import { once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { boardLogins } from '../../sidecar/board/index.ts';
import { boardDoor, boardRoutes } from '../../sidecar/board/routes.ts';
import type { BoardSources } from '../../sidecar/board/sources.ts';
import { newRoutes } from '../../sidecar/http/index.ts';
import { openPlans } from '../../sidecar/plans/index.ts';
import { openRuns } from '../../sidecar/runs/index.ts';
import { frame } from '../../sidecar/server/app.ts';
import { fetchListener } from '../../sidecar/server/fetch-listener.ts';
import { openLog } from '../../sidecar/server/log.ts';
import { newTally } from '../../sidecar/server/tally.ts';
import { sessionStore, showSession } from '../../sidecar/sessions/index.ts';
import { changeLog } from '../../sidecar/store/index.ts';
import { changeRoutes } from '../../sidecar/store/routes.ts';
import { openTurns } from '../../sidecar/turns/index.ts';
import { TOKEN } from '../kit/opened-rooms.ts';
import { openedStore } from '../kit/opened-store.ts';
import { wordOver } from '../kit/word.ts';
import { seed } from './seed.ts';

/** The board over a ledger of its own, on a port of its own, with the queue, the guards and the clock that a test gives. */
export async function servedBoard(
  given: Partial<Pick<BoardSources, 'queue' | 'guards' | 'attention'>> & { now?: Date } = {},
) {
  const { now = new Date(), ...rooms } = given;
  const { store, home } = openedStore();
  const closing = new AbortController();
  const logins = boardLogins({ key: Buffer.alloc(32, 7) });
  const sessions = sessionStore(store);
  const plans = openPlans({ store, isLive: sessions.isLive });
  const word = wordOver(store);
  const turns = openTurns({ store, home, stallSeconds: 0, hookSettings: '{}', ended: () => {} });
  const runs = openRuns({
    ...{ store, turns, homeRoot: home.root },
    open: {
      promises: () => [],
      planItems: (id) => plans.openItems(id).map((item) => ({ id: item.id, text: item.subject ?? item.id })),
    },
    limits: {
      ...{ claudePath: null, permissionMode: 'acceptEdits', maxTurns: 20, maxUsd: 10, untilSeconds: 20 },
      ...{ worktrees: home.worktrees, setup: null },
    },
    deployHooks: async () => {},
    eventsWait: () => false,
    mask: (text) => text,
    warn: () => {},
  });
  const sources: BoardSources = {
    ...{ sessions, word, plans, runs, turns, lastChange: store.lastChange, now: () => now },
    showSession: showSession({
      sessions,
      unfinishedOf: async () => ({ strong: [], weak: [] }),
      planOf: plans.of,
      isOfRun: () => false,
    }),
    ...rooms,
  };

  let port = 0;
  const app = newRoutes();
  frame(
    app,
    { token: TOKEN, ownPort: () => port, log: openLog(home.logs), tally: newTally() },
    { isLoggedIn: logins.isLoggedIn, door: boardDoor(logins) },
  );
  app.route('/', boardRoutes({ sources, logins }));
  app.route('/', changeRoutes({ store, log: changeLog(store), closing: closing.signal }));
  const server = createServer(fetchListener(app.fetch));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  onTestFinished(async () => {
    closing.abort();
    server.closeAllConnections();
    server.close();
    turns.close();
  });

  const origin = `http://127.0.0.1:${port}`;
  return {
    store,
    plans,
    seed: seed(store, now),
    origin,
    /** A fresh one-time link. */
    link: () => `${origin}/open/${logins.newLink().code}`,
  };
}
