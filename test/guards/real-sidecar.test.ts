import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GUARDS } from '../../sidecar/guards/index.ts';
import { CONFIG_KEYS, type HomePaths } from '../../sidecar/home/index.ts';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { until } from '../kit/until.ts';
import { keptSidecar } from './kept-sidecar.ts';

/** `{a: {b: true}}` from `a.b`. */
function nested(entries: [string, unknown][]): Record<string, object> {
  const tree: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    const names = key.split('.');
    const last = names.pop() ?? '';
    let node = tree;
    for (const name of names) {
      node[name] ??= {};
      node = node[name] as Record<string, unknown>;
    }
    node[last] = value;
  }
  return tree as Record<string, object>;
}

describe('a real sidecar', () => {
  test('registers every guard that is declared, and none of them is loud', async () => {
    const { posture, items } = await keptSidecar();
    const { guards, summary } = await posture();
    expect(guards.map(({ key }) => key).sort()).toEqual(GUARDS.map(({ key }) => key).sort());
    expect(guards.filter(({ effective }) => effective === 'missing')).toEqual([]);
    expect(summary).toMatchObject({ total: GUARDS.length, loud: 0 });
    await until('each part to tick but the hourly one', async () => {
      const waiting = (await posture()).guards.filter(({ runtimeReason }) =>
        /not ticked/.test(runtimeReason ?? ''),
      );
      return waiting.every(({ key }) => key === 'changeLogPruning');
    });
    expect((await posture()).summary.loud).toBe(0);
    expect(await items()).toEqual([]);
  });

  test('has every switch where a config.json says it, and both ways', async () => {
    const switches = GUARDS.flatMap(({ key, configKey }) =>
      configKey === undefined ? [] : [[key, configKey] as const],
    );
    expect(switches.length).toBeGreaterThan(4);
    const usual = new Map<string, unknown>(CONFIG_KEYS.map((entry) => [entry.key, entry.default]));
    const other = (key: string) => {
      const value = usual.get(key);
      return typeof value === 'number' ? 0 : !value;
    };
    const flipped = nested([
      ...switches.map(([, key]): [string, unknown] => [key, other(key)]),
      ['attention.lookSeconds', 1],
    ]);
    const { guard, write, restart, items } = await keptSidecar(flipped);
    for (const [key] of switches) {
      const { configEnabled, defaultEnabled, effective, runtime } = await guard(key);
      expect(configEnabled, key).toBe(!defaultEnabled);
      expect(effective, key).toMatch(configEnabled ? /^on-/ : /^off$/);
      expect(runtime, key).toMatch(configEnabled ? /^(on|dry-run)$/ : /^off$/);
    }
    // On disk they are as usual again, and in force they are not.
    write({ attention: { lookSeconds: 1 } });
    for (const [key] of switches) expect((await guard(key)).effective, key).toBe('diverged-pending-restart');
    await restart();
    for (const [key] of switches) expect((await guard(key)).effective, key).toMatch(/^on-|^off$/);
    // What was on and is off now by config was told, once each.
    const turnedOff = (await items()).map(({ guard: key, kind }) => `${key} ${kind}`).sort();
    expect(turnedOff).toEqual(['actionClaim turned-off', 'completionClaim turned-off']);
  });

  test('tells of a fault after its looks, closes it by itself, and opens a second episode', async () => {
    const { home, guard, items } = await keptSidecar();
    const [lock, away] = [home.instanceLock, `${home.instanceLock}.away`];
    for (const episode of [1, 2]) {
      renameSync(lock, away); // Another sidecar could lock a new one now.
      await until('the notice', async () =>
        (await items('singleInstance')).some(({ status }) => status === 'open'),
      );
      expect(await guard('singleInstance')).toMatchObject({ effective: 'on-blind', criticalPath: true });
      renameSync(away, lock);
      await until('its end', async () =>
        (await items('singleInstance')).every(({ status }) => status === 'closed'),
      );
      expect((await items('singleInstance')).length).toBe(episode);
    }
    expect((await items()).length).toBe(2);
  });

  test.each([
    ['sessionWatchdog', { sessionWatchdog: { intervalSeconds: 1.25 } }, 'on-confirmed'],
    // Its first tick comes after one cadence, and never did.
    ['drainer', { resumeQueue: { tickSeconds: 1.25 } }, 'on-unverified'],
  ])(
    'of which the timer of %s died says so after 5 of its cadences',
    { timeout: 60_000 },
    async (key, monitoring, before) => {
      const { guard, items } = await keptSidecar(
        { monitoring },
        { env: { DEAD_MS: '1250' }, preload: join(PACKAGE_ROOT, 'test', 'guards', 'dead-timer.mjs') },
      );
      const seen: string[] = [];
      await until('the notice', async () => {
        seen.push((await guard(key)).effective);
        return (await items(key)).length > 0;
      });
      expect(seen.filter((state, index) => state !== seen[index - 1]).slice(-2)).toEqual([
        before,
        'on-stale',
      ]);
      expect(await items()).toMatchObject([{ guard: key, kind: 'loud', status: 'open' }]);
    },
  );

  test('of which one part is blind shows the others', async () => {
    const { home, posture } = await keptSidecar();
    await until('it to serve', posture);
    breakSpool(home);
    const { guards, summary } = await posture();
    expect(guards[0]).toMatchObject({
      key: 'spool',
      effective: 'on-blind',
      runtimeReason: expect.stringMatching(/full/),
    });
    expect(summary).toMatchObject({ total: GUARDS.length, loud: 1 });
  });

  test('runs the person’s command, which gets the notice on its standard input', async () => {
    const { home, items } = await keptSidecar({
      attention: { lookSeconds: 1, notifyCommand: 'cat > "$HOLDFAST_HOME/heard"' },
    });
    breakSpool(home);
    const heard = join(home.root, 'heard');
    const text = await until(
      'the command',
      () => existsSync(heard) && readFileSync(heard, 'utf8').match(/.*\n/)?.[0],
    );
    const [item] = await items('spool');
    expect(JSON.parse(text)).toMatchObject({ id: item?.id, guard: 'spool', kind: 'loud' });
  });
});

/** As a hook leaves it that found no room. */
function breakSpool(home: HomePaths): void {
  mkdirSync(home.spool, { recursive: true });
  writeFileSync(home.overflow, '');
}
