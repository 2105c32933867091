import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint, HomePaths } from '../../sidecar/home/index.ts';
import { bodyOf, LIKELY_EVENTS } from './events.ts';
import type { Oracle, Post } from './oracle.ts';
import type { PackageCopy } from './package-copy.ts';
import type { Random } from './random.ts';
import { runHook } from './sidecar-process.ts';

const CONNECTIONS = 8;
const SESSIONS = 6;

export type Load = {
  random: Random;
  oracle: Oracle;
  pack: PackageCopy;
  home: HomePaths;
};

/** Posts on keep-alive connections, as fast as they are answered, until the sidecar is gone. */
export async function postUntilItDies(load: Load, { port, token }: Endpoint): Promise<void> {
  const { oracle } = load;
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

  async function connection(): Promise<void> {
    // What the last sidecar may or may not have taken is sent again, as a client that retries would.
    for (let post = oracle.nextRetry() ?? anyPost(load); ; post = oracle.nextRetry() ?? anyPost(load)) {
      try {
        oracle.answered(post, await send(agent, port, token, post));
      } catch {
        oracle.unanswered(post);
        return; // Only a dead sidecar breaks a connection off: whether it had a reason is judged there.
      }
    }
  }

  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  } finally {
    agent.destroy();
  }
}

/** Mostly a new event; sometimes one that was sent before, or an old key with another body. */
function anyPost({ random, oracle }: Load): Post {
  const again = random.chance(0.15) && oracle.anyEarlier(random);
  if (again) return again;
  const other = random.chance(0.05) && oracle.anyEarlier(random);
  const event = random.pick(LIKELY_EVENTS);
  const marker = oracle.newMarker('post');
  const body = bodyOf(event, session(random), marker, { filler: 'x'.repeat(random.between(0, 3000)) });
  return { marker, event, body, id: other ? other.id : `chaos-${marker}` };
}

function session(random: Random): string {
  return `session-${random.between(1, SESSIONS)}`;
}

function send(
  agent: Agent,
  port: number,
  token: string,
  post: Post,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: `/hook/${post.event}`,
        headers: {
          authorization: `Bearer ${token}`,
          'x-holdfast-event': post.id,
          'content-type': 'application/json',
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('error', reject);
        // An answer that is cut off acknowledges nothing.
        response.on('close', () =>
          response.complete
            ? resolve({ status: response.statusCode ?? 0, text })
            : reject(new Error('the answer was cut')),
        );
      },
    );
    sent.on('error', reject);
    sent.end(post.body);
  });
}

/** Real hooks, spread over some time. Each must exit 0 and say nothing but JSON. */
export async function runHooks(load: Load, count: number, withinMs: number): Promise<void> {
  const { random, oracle, pack, home } = load;
  const hooks = Array.from({ length: count }, async () => {
    const event = random.pick(LIKELY_EVENTS);
    const marker = oracle.newMarker('hook');
    const size = random.chance(0.1) ? 200_000 : random.between(0, 4000);
    const body = bodyOf(event, session(random), marker, { filler: 'y'.repeat(size) });
    await sleep(random.between(0, withinMs));
    const ended = await runHook(pack, home, event, body);
    oracle.hookEnded(marker, event, ended);
  });
  await Promise.all(hooks);
}
