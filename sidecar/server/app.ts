import { Hono } from 'hono';
import { VERSION } from '../machine/index.ts';
import { answerErrors, unknownRoute } from './answer-errors.ts';
import type { Log } from './log.ts';
import { type Manners, manners } from './manners.ts';
import type { Tally } from './tally.ts';

export type AppOptions = Manners & {
  log: Log;
  tally: Tally;
  instance: string;
  startedAt: string;
  /** The rooms, once they are loaded. A request that comes earlier waits for them. */
  rooms: () => Promise<{ app: { fetch: (request: Request, env: object) => Response | Promise<Response> } }>;
};

/** The part of the server that is there from the first moment: manners, health, and the door to the rooms. */
export function createApp({ token, ownPort, log, tally, instance, startedAt, rooms }: AppOptions): Hono {
  const app = new Hono();
  const answerError = answerErrors(log);
  app.onError(answerError);
  app.notFound(unknownRoute);

  app.use(async function countAnswers(c, next) {
    await next();
    if (c.res.status >= 400) tally.add('holdfast_refused_total', `status="${c.res.status}"`);
  });
  app.use(manners({ token, ownPort }));

  app.get('/health', (c) => c.json({ ok: true, version: VERSION, pid: process.pid, startedAt, instance }));

  app.all('*', async function enterRooms(c) {
    return (await rooms()).app.fetch(c.req.raw, c.env as object);
  });

  return app;
}
