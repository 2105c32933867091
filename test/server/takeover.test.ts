import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pidExists, VERSION } from '../../sidecar/machine/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { packageOf } from '../kit/package-of.ts';
import { callApi } from '../kit/real-sidecar.ts';
import { until } from '../kit/until.ts';

describe('a start from another version of the package', () => {
  test('that is newer takes over, says so, and has everything that the older one acknowledged', async () => {
    const home = livelyHome();
    expect(await holdfast(home, ['start'])).toMatchObject({ code: 0 });
    const before = (await callApi<{ pid: number }>(home, '/health')).body;
    await callApi(home, '/hook/Stop', { method: 'POST', body: '{"session_id":"s1"}' });

    const cli = packageOf('99.0.0');
    const { code, stdout, stderr } = await holdfast(home, ['start'], { cli });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Took over from version ${VERSION}, which has finished and left.`);
    expect(stdout).toMatch(/Running: process \d+ on port \d+, version 99\.0\.0\./);
    await until('the older one to be gone', () => !pidExists(before.pid));
    const health = (await callApi<{ pid: number; version: string }>(home, '/health')).body;
    expect(health.version).toBe('99.0.0');
    expect((await callApi(home, '/sessions/s1')).status).toBe(200);
    expect(readFileSync(home.launch, 'utf8')).toBe(`${process.execPath}\n${cli}\n`);

    // And the older one, asked again, leaves the newer where it is.
    const older = await holdfast(home, ['start']);
    expect(older).toMatchObject({ code: 0, stderr: '' });
    expect(older.stdout).toContain(`Already running: process ${health.pid} `);
    expect(older.stdout).toContain('version 99.0.0.');
    expect((await callApi<{ pid: number }>(home, '/health')).body.pid).toBe(health.pid);
    expect(readFileSync(home.launch, 'utf8')).toContain(cli);
  });

  test('that is older says who serves, and exits 0', async () => {
    const home = livelyHome();
    expect(await holdfast(home, ['start'])).toMatchObject({ code: 0 });
    const { pid } = (await callApi<{ pid: number }>(home, '/health')).body;
    for (const args of [['start'], ['start', '--foreground']]) {
      const { code, stdout, stderr } = await holdfast(home, args, { cli: packageOf('0.0.1') });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Already running: process ${pid} `);
    }
  });
});
