import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CONFIG_KEYS } from '../../sidecar/home/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { callApi } from '../kit/real-sidecar.ts';

const instanceOf = async (home: ReturnType<typeof livelyHome>) =>
  (await callApi<{ instance: string; pid: number }>(home, '/health')).body;

describe('config list and get', () => {
  test('tell every key, its value, and where it comes from', async () => {
    const home = livelyHome();
    writeFileSync(home.config, '{"server":{"port":0},"runs":{"setup":"a\\u001bb"}}');
    const { code, stdout } = await holdfast(home, ['config', 'list', '--json']);
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    expect(rows).toHaveLength(CONFIG_KEYS.length);
    expect(rows).toContainEqual({ key: 'server.port', value: 0, default: 47821, source: 'file' });
    expect(rows).toContainEqual({ key: 'privacy.redact', value: true, default: true, source: 'default' });

    const table = await holdfast(home, ['config', 'list']);
    expect(table.stdout).toMatch(
      /server\.port +0 +config\.json \(default 47821\) +a whole number from 0 to 65535/,
    );
    expect(await holdfast(home, ['config', 'get', 'server.port'])).toMatchObject({ code: 0, stdout: '0\n' });
    // For a script: a text without quotes. For a terminal: no control character of it.
    expect(await holdfast(home, ['config', 'get', 'runs.setup'])).toMatchObject({ code: 0, stdout: 'a·b\n' });
    const one = await holdfast(home, ['config', 'get', 'server.port', '--json']);
    expect(JSON.parse(one.stdout)).toEqual({ key: 'server.port', value: 0, default: 47821, source: 'file' });
  });

  test('a file that start would refuse is refused', async () => {
    const home = livelyHome();
    writeFileSync(home.config, '{"sever":{}}');
    for (const args of [['list'], ['get', 'server.port']]) {
      const { code, stdout, stderr } = await holdfast(home, ['config', ...args]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('sever is not a known key');
    }
  });

  test.each([
    [['get', 'server.prot'], /the nearest one is server\.port/],
    [['get'], /missing required argument/],
    [['set', 'server.port'], /missing required argument/],
    [['set', 'server.port', 'high'], /must be a whole number from 0 to 65535/],
    [[], /Usage: holdfast config/],
    [['lst'], /unknown command/],
  ])('%j is bad usage', async (args, message) => {
    const { code, stdout, stderr } = await holdfast(livelyHome(), ['config', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('config set', () => {
  test('without a sidecar writes, and starts none', async () => {
    const home = livelyHome();
    const { code, stdout } = await holdfast(home, ['config', 'set', 'storage.keepDays', '7']);
    expect(code).toBe(0);
    expect(stdout).toContain('No sidecar runs: it is in force from the next start.');
    expect(JSON.parse(readFileSync(home.config, 'utf8'))).toEqual({ storage: { keepDays: 7 } });
    expect((await holdfast(home, ['status'])).code).toBe(1);
  });

  test('restarts a running one, once for each change, and a hand edit too', async () => {
    const home = livelyHome();
    writeFileSync(home.config, '{"server":{"port":0}}');
    expect((await holdfast(home, ['start'])).code).toBe(0);
    const first = await instanceOf(home);

    const set = await holdfast(home, ['config', 'set', 'messaging.actionClaim.enabled', 'true']);
    const second = await instanceOf(home);
    expect(second.instance).not.toBe(first.instance);
    expect(set.stdout).toContain(
      `The sidecar was restarted: process ${second.pid} in place of ${first.pid}.`,
    );
    // It is in force.
    const observe = {
      method: 'POST',
      body: JSON.stringify({ message: 'I will push the fix now.', topicId: 1 }),
    };
    expect((await callApi(home, '/action-claim/observe', observe)).body).toMatchObject({ observed: true });

    const again = await holdfast(home, ['config', 'set', 'messaging.actionClaim.enabled', 'true']);
    expect(again.stdout).toBe('· messaging.actionClaim.enabled is true there already.\n');
    expect((await instanceOf(home)).instance).toBe(second.instance);

    writeFileSync(home.config, '{"server":{"port":0},"storage":{"keepDays":7}}');
    expect((await holdfast(home, ['config', 'set', 'storage.keepDays', '7'])).stdout).toContain('restarted');
    expect((await instanceOf(home)).instance).not.toBe(second.instance);
  });
});
