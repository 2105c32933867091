import { type Env, Hono } from 'hono';
import { VERSION } from '../machine/index.ts';
import { answerErrors, unknownRoute } from './answer-errors.ts';
import type { Log } from './log.ts';
import { type Manners, manners } from './manners.ts';
import type { Tally } from './tally.ts';

export type FrameOptions = Manners & { log: Log; tally: Tally; instance: string; startedAt: string };

/** What every server of ours has before its first route: the error envelope, manners, and health. */
export function frame(app: Hono<Env>, options: FrameOptions): void {
  const { log, tally, instance, startedAt } = options;
  app.onError(answerErrors(log, tally));
  app.notFound(unknownRoute);
  app.use(manners(options));
  app.get('/health', (c) => c.json({ ok: true, version: VERSION, pid: process.pid, startedAt, instance }));
}

/**
 * The server of the first moments: health at once, and every other request waits for the rooms. They are
 * loaded after the sidecar listens, since zod alone takes longer to load than everything before it.
 */
export function waitingApp(
  options: FrameOptions,
  rooms: () => Promise<{ app: { fetch: (request: Request, env: object) => Response | Promise<Response> } }>,
): Hono<Env> {
  const app = new Hono<Env>();
  frame(app, options);
  app.all('*', async function waitForRooms(c) {
    return (await rooms()).app.fetch(c.req.raw, c.env as object);
  });
  return app;
}
