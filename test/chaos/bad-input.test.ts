import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEndpoint } from '../../sidecar/home/index.ts';
import { callApi } from '../kit/real-sidecar.ts';
import { anyBody, anyRequest } from './bad-requests.ts';
import { bodyOf } from './events.ts';
import { chaosOptions, chaosTimeout } from './options.ts';
import { endProcessesOf } from './our-processes.ts';
import { packageCopy } from './package-copy.ts';
import { answerFaults, hasEnvelope, isJson, parseAnswers, sendRaw } from './raw-http.ts';
import {
  chaosHome,
  HOOK_EVENTS,
  holdStarts,
  runHook,
  type SidecarProcess,
  startServing,
} from './sidecar-process.ts';
import { ledgerFaults, readStoppedLedger } from './stopped-ledger.ts';

/** Rounds are requests; every tenth of them goes through a hook as well. */
const options = chaosOptions('bad-input', 600);
const { seed } = options;
const timeout = chaosTimeout(options, 200);

const pack = packageCopy();
const { home, remove } = chaosHome();
let sidecar: SidecarProcess;
let port = 0;
let token = '';
let neighbours = 0;
let answers = 0;
const statuses = new Map<number, number>();

beforeAll(async () => {
  sidecar = await startServing(pack, home);
  holdStarts(home);
  ({ port, token } = readEndpoint(home) ?? { port: 0, token: '' });
});

afterAll(async () => {
  await sidecar.kill();
  await endProcessesOf(home);
  remove();
  pack.remove();
  const seen = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  options.report({ answers, neighbours, statuses: seen.join(' ') });
});

/** A good event, sent while something bad is. */
async function goodNeighbour(): Promise<void> {
  const id = `neighbour-${++neighbours}`;
  const body = bodyOf('PreToolUse', 'neighbour', id);
  const answer = await callApi(home, '/hook/PreToolUse', {
    method: 'POST',
    body,
    headers: { 'x-holdfast-event': id },
  });
  expect(answer).toMatchObject({ status: 200, body: {} });
}

describe('over HTTP', () => {
  test('nothing is answered with a 5xx, every refusal has its envelope, and a neighbour is taken', {
    timeout,
  }, async () => {
    const property = fc.asyncProperty(anyRequest(token), async ({ pieces, head, end, quietMs }) => {
      const [{ bytes }] = await Promise.all([sendRaw(port, pieces, { end, quietMs }), goodNeighbour()]);
      for (const answer of parseAnswers(bytes, { head })) {
        answers++;
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect(answerFaults(answer)).toEqual([]);
      }
      expect(sidecar.isAlive()).toBe(true);
    });
    await fc.assert(property, { numRuns: options.rounds, seed, endOnFailure: true });
  });

  // What the fuzz found: refusals that never reach the sidecar's own answers. api.md: every failing status.
  test.each([
    ['no Host', 'POST /hook/Stop HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}'],
    ['a version before the Host header', 'GET /events HTTP/0.9\r\n\r\n'],
    ['an Expect that nobody knows', 'POST /hook/Stop HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: tea\r\n\r\n'],
    ['a target that is no address', 'POST /\\ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['a target with half an address', 'GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['a target for all', 'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
  ])('a refusal has its envelope too for %s', async (_, request) => {
    const { bytes } = await sendRaw(port, [Buffer.from(request)]);
    const [answer] = parseAnswers(bytes);
    expect(answer?.status).toBeGreaterThanOrEqual(400);
    expect(answer?.status).toBeLessThan(500);
    expect(answer && isJson(answer.headers) && hasEnvelope(answer.body)).toBe(true);
  });
});

describe('through a real hook', () => {
  test('whatever it reads, it exits 0 and prints JSON or nothing', { timeout }, async () => {
    const property = fc.asyncProperty(anyBody, fc.constantFrom(...HOOK_EVENTS), async (body, event) => {
      const [ended] = await Promise.all([runHook(pack, home, event, body), goodNeighbour()]);
      expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
      if (ended.stdout !== '') expect(JSON.parse(ended.stdout)).toBeTypeOf('object');
    });
    await fc.assert(property, { numRuns: Math.ceil(options.rounds / 10), seed, endOnFailure: true });
  });
});

test('at the end every neighbour is there once, and the ledger is whole', async () => {
  await sidecar.kill('SIGTERM');
  const there = readStoppedLedger(home, (db) => {
    expect(ledgerFaults(db)).toEqual([]);
    return db.prepare("SELECT count(*) FROM events WHERE id LIKE 'neighbour-%'").pluck().get();
  });
  expect(there).toBe(neighbours);
});
