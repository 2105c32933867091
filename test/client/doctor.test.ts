import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfastScene } from './holdfast-scene.ts';
import { requireClient } from './run-client.ts';

const TIME = { timeout: 60_000 };
const SCRIPT = [[{ tool: 'Bash', input: { command: 'echo one' } }], [{ text: 'All is well.' }]];

beforeAll(requireClient);

describe('doctor', () => {
  it('is content after a session, and names what is wrong', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');
    await scene.session(SCRIPT);

    const healthy = await scene.doctor();
    expect(healthy.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(healthy).toMatchObject({ ok: true, code: 0 });
    expect(healthy.checks.filter(({ name }) => name.startsWith('live.'))).toHaveLength(9);
    // Its samples are no session.
    expect(await scene.rows()).toHaveLength(1);

    const stop = join(scene.paths.hooks, 'stop.sh');
    chmodSync(stop, 0o600);
    const broken = await scene.doctor();
    expect(broken).toMatchObject({ ok: false, code: 1 });
    const wrong = broken.checks.filter(({ ok }) => !ok);
    expect(wrong.map(({ name }) => name)).toEqual(['registered.Stop', 'live.Stop']);
    expect(wrong[0]?.hint).toContain(`chmod +x ${stop}`);
    chmodSync(stop, 0o700);
  });

  it('names disableAllHooks, with which a session sends nothing', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');
    const settings = join(scene.project, '.claude', 'settings.json');
    writeFileSync(settings, readFileSync(settings, 'utf8').replace('{', '{ "disableAllHooks": true,'));

    const { end } = await scene.session(SCRIPT);
    expect(end.code).toBe(0);
    expect(await scene.rows()).toEqual([]);

    const off = await scene.doctor();
    expect(off).toMatchObject({ ok: false, code: 1 });
    expect(off.checks.filter(({ ok }) => !ok)).toMatchObject([
      {
        name: 'disableAllHooks',
        detail: expect.stringContaining(settings),
        hint: expect.stringContaining('Remove'),
      },
    ]);
  });
});
