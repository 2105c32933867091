import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readEndpoint } from '../../sidecar/home/index.ts';
import { CLI, cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import { atMost, byTurns, type Figure, median } from './measure.ts';

const ROUNDS = 15;
/** Looking seldom would count half of the pause as part of the start. */
const LOOK_EVERY_MS = 1;

/** From the spawn of a sidecar to its first answer, against a Node that does nothing. */
export async function startUp(): Promise<Figure[]> {
  const { home, remove } = temporaryHome();
  const env = cleanEnvironment(home);
  try {
    const node = async () => (await runProgram(process.execPath, { args: ['-e', '0'], env })).ms;
    const sidecar = async () => {
      const began = performance.now();
      const child = spawn(process.execPath, [CLI, 'start', '--foreground'], { env, stdio: 'ignore' });
      const ended = once(child, 'exit');
      const milliseconds = await until(
        'an answer',
        () => health(home).then((ok) => ok && performance.now() - began),
        10_000,
        LOOK_EVERY_MS,
      );
      child.kill('SIGTERM');
      await ended;
      return milliseconds;
    };
    await sidecar(); // The first one makes the ledger.
    const [starts = [], nodes = []] = await byTurns(ROUNDS, [sidecar, node]);
    const detail = `node ${median(nodes).toFixed(0)} ms, sidecar answers after ${median(starts).toFixed(0)} ms`;
    return [atMost('start-up until /health answers / node -e 0', median(starts) / median(nodes), 4, detail)];
  } finally {
    remove();
  }
}

async function health(home: Parameters<typeof readEndpoint>[0]): Promise<boolean> {
  const endpoint = readEndpoint(home);
  if (!endpoint) return false;
  return fetch(`http://127.0.0.1:${endpoint.port}/health`).then(
    (response) => response.ok,
    () => false,
  );
}
