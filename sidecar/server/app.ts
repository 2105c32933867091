import type { Env, Hono } from 'hono';
import { answerErrors, unknownRoute } from './answer-errors.ts';
import type { Log } from './log.ts';
import { type Manners, manners } from './manners.ts';
import type { Tally } from './tally.ts';

export type FrameOptions = Manners & { log: Log; tally: Tally };

/** What stands before the first route: the error envelope, and manners. */
export function frame(app: Hono<Env>, { log, tally, ...rest }: FrameOptions): void {
  app.onError(answerErrors(log, tally));
  app.notFound(unknownRoute);
  app.use(manners(rest));
}
