import type { Env, Hono } from 'hono';
import { answerErrors, unknownRoute } from './answer-errors.ts';
import type { Log } from './log.ts';
import { type IsLoggedIn, type Manners, manners, sentFromHere } from './manners.ts';
import type { Tally } from './tally.ts';

export type FrameOptions = Manners & { log: Log; tally: Tally };

/** `door` is what is asked before anybody is logged in. */
export type Board = { isLoggedIn: IsLoggedIn; door: Hono<Env> };

/** What stands before the first route: the error envelope, and manners. */
export function frame(app: Hono<Env>, { log, tally, token, ownPort }: FrameOptions, board: Board): void {
  app.onError(answerErrors(log, tally));
  app.notFound(unknownRoute);
  app.use(sentFromHere({ ownPort }));
  app.route('/', board.door);
  app.use(manners({ token, isLoggedIn: board.isLoggedIn }));
}
