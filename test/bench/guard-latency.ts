import { Agent, request } from 'node:http';
import { readEndpoint } from '../../sidecar/home/index.ts';
import { startRealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { atMost, byTurns, type Figure, median, timed } from './measure.ts';

const WARM = 200;
const ROUNDS = 2_000;

/** Reading every guard anew against the shortest answer that there is, each at its slowest of a hundred. */
export async function guardLatency(): Promise<Figure[]> {
  const { home, remove } = temporaryHome();
  const sidecar = await startRealSidecar(home);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const endpoint = readEndpoint(home);
    if (!endpoint) throw new Error('no endpoint');
    const { port, token } = endpoint;
    const ask = (path: string) => () =>
      timed(
        () =>
          new Promise<void>((resolve, reject) => {
            const headers = { authorization: `Bearer ${token}` };
            request({ host: '127.0.0.1', port, path, agent, headers }, (answer) => {
              answer.resume();
              answer.once('end', resolve);
            })
              .once('error', reject)
              .end();
          }),
      );
    const both = [ask('/guards'), ask('/health')];
    await byTurns(WARM, both);
    const [guards = [], healths = []] = await byTurns(ROUNDS, both);
    const told = (name: string, of: (values: number[]) => number) =>
      `${name} ${of(guards).toFixed(2)} and ${of(healths).toFixed(2)} ms`;
    const detail = `guards and health: ${told('p99', p99)}, ${told('median', median)}`;
    return [atMost('GET /guards / GET /health, p99', p99(guards) / p99(healths), 3, detail)];
  } finally {
    agent.destroy();
    await sidecar.stop();
    remove();
  }
}

function p99(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
