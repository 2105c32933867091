import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { until } from '../kit/until.ts';
import { keptSidecar } from './kept-sidecar.ts';

type Queue = { lock: { found: { generation: string | null; ours: boolean } | null } };

/** The lock of another machine, as a restored or copied home brings it along. */
function lockOfAnotherMachine({ hostLock }: HomePaths): void {
  const holder = {
    pid: 4711,
    processStart: '1',
    bootId: 'b',
    hostname: 'other.example',
    machineId: 'm',
    owner: 'o',
  };
  writeFileSync(hostLock, `${JSON.stringify(holder)}\n`);
}

test('a queue that a foreign lock disables is one notice; healed it ends, and broken again it is a second', {
  timeout: 60_000,
}, async () => {
  const { home, api, guard, items, posture } = await keptSidecar(
    { monitoring: { resumeQueue: { tickSeconds: 1 } } },
    { before: lockOfAnotherMachine },
  );

  async function isTold(episode: number): Promise<void> {
    await until('the notice', async () => (await items()).some(({ status }) => status === 'open'));
    expect(await guard('resumeQueue')).toMatchObject({
      effective: 'off-runtime-divergent',
      divergence: 'off-at-runtime',
      configEnabled: true,
      runtime: 'off',
      runtimeReason: expect.stringMatching(episode === 1 ? /^lock-foreign-host: .*other\.example/ : /^lock-/),
      hint: expect.stringMatching(/queue/),
    });
    // One cause, one item.
    expect((await guard('hostLock')).effective).toBe('on-confirmed');
    expect((await guard('drainer')).effective).toBe('on-unverified');
    expect((await posture()).summary.loud).toBe(1);
    expect((await items()).length).toBe(episode);
  }

  async function heal(): Promise<void> {
    const { lock } = await api<Queue>('/sessions/resume-queue');
    await api('/sessions/resume-queue/unlock', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ generation: lock.found?.generation }),
    });
    await until('its end', async () => (await items()).every(({ status }) => status === 'closed'));
    expect((await guard('resumeQueue')).effective).toBe('on-dry-run');
    expect((await guard('hostLock')).effective).toBe('on-confirmed');
  }

  await isTold(1);
  await heal();
  lockOfAnotherMachine(home);
  await isTold(2);
  await heal();
  expect((await items()).map(({ kind }) => kind)).toEqual(['loud', 'loud']);
});

test('a queue that is switched off by config is off, with its lock and its drainer, and nothing is loud', async () => {
  const { guard, posture, items, write, restart } = await keptSidecar();
  const off = { attention: { lookSeconds: 1 }, monitoring: { resumeQueue: { enabled: false } } };
  await posture(); // It has seen what was on.
  write(off);
  await restart();
  for (const key of ['resumeQueue', 'hostLock', 'drainer'])
    expect(await guard(key)).toMatchObject({
      effective: 'off',
      offClass: 'diverged-from-default',
      runtime: 'off',
    });
  expect((await posture()).summary.loud).toBe(0);
  // One switch, one notice.
  expect((await items()).map(({ guard: key, kind }) => `${key} ${kind}`)).toEqual(['resumeQueue turned-off']);
});
