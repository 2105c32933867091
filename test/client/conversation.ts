import { until } from '../kit/until.ts';
import type { Scene, SessionOptions } from './holdfast-scene.ts';
import type { Turn } from './messages-api.ts';
import { say } from './say.ts';

/** One client that lives through several prompts, as a person at a terminal has it. */
export async function conversation(scene: Scene, script: Turn[], options: SessionOptions = {}) {
  const sessionId = options.resume ?? crypto.randomUUID();
  const begun = await scene.begin(script, {
    ...(options.resume === undefined ? { sessionId } : {}),
    ...options,
    openInput: true,
    args: ['--input-format', 'stream-json', ...(options.args ?? [])],
  });
  let printed = '';
  begun.child.stdout?.on('data', (part: string) => {
    printed += part;
  });

  /** How many turns have come to their end. */
  const turns = () => printed.match(/^\{"type":"result"/gm)?.length ?? 0;

  return {
    ...begun,
    sessionId,
    turns,
    /** One prompt, and the whole turn that follows from it. */
    ask: async (text: string) => {
      const before = turns();
      say(begun.child, text);
      await until(`the turn of "${text}" to end`, () => turns() > before);
    },
    end: () => {
      begun.child.stdin?.end();
      return scene.finish(begun);
    },
  };
}
