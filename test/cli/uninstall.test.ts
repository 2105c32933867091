import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pidExists } from '../../sidecar/machine/index.ts';
import { personWithSystemd } from '../kit/person-with-systemd.ts';
import { treeOf } from '../setup/world.ts';

const SLOW = { timeout: 60_000 };

/** Everything that a person can have: hooks, the status line, the block, the service. */
async function withEverything() {
  const person = personWithSystemd();
  const { home, project, say } = person;
  writeFileSync(join(project, 'CLAUDE.md'), '# Mine\n');
  const before = treeOf(project);
  expect(await say('init', '--yes', '--status-line')).toMatchObject({ code: 0 });
  expect(await say('service', 'install')).toMatchObject({ code: 0 });
  const { file, sidecar } = await person.status();
  const calls = () => readFileSync(join(person.fake, 'calls'), 'utf8').split('\n');
  /** As the client writes it down. */
  const plug = (on: boolean) => {
    const list = join(home.root, '.claude', 'plugins', 'installed_plugins.json');
    mkdirSync(dirname(list), { recursive: true });
    const installPath = join(home.root, '.claude', 'plugins', 'cache', 'holdfast');
    const place = { scope: 'user', installPath, version: '1', installedAt: '2026-01-01T00:00:00.000Z' };
    const plugins = on ? { 'holdfast@market': [place] } : {};
    writeFileSync(list, JSON.stringify({ version: 2, plugins }));
    const enabledPlugins = on ? { 'holdfast@market': true } : {};
    writeFileSync(join(home.root, '.claude', 'settings.json'), JSON.stringify({ enabledPlugins }));
  };
  return { ...person, before, unit: file as string, sidecar: sidecar as number, calls, plug };
}

describe('uninstall', () => {
  test('takes the service before the sidecar, and leaves nothing but the data', SLOW, async () => {
    const { home, project, say, before, unit, sidecar, calls } = await withEverything();
    expect(readFileSync(join(project, '.claude', 'settings.json'), 'utf8')).toContain('status-line.sh');
    const { code, stdout, stderr } = await say('uninstall', '--yes');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Removed ${unit}.`);
    expect(stdout).toContain(`Stopped the sidecar (process ${sidecar}).`);
    expect(stdout.indexOf(unit)).toBeLessThan(stdout.indexOf('Stopped the sidecar'));
    expect(calls()).toContain(`--user disable --now ${unit.split('/').at(-1)}`);
    expect(calls().at(-2)).toBe('--user daemon-reload');
    expect(pidExists(sidecar)).toBe(false);
    expect([existsSync(unit), existsSync(home.unit), existsSync(home.hooks)]).toEqual([false, false, false]);
    expect(treeOf(project)).toEqual(before);
    expect(existsSync(home.database)).toBe(true);
    expect(await say('uninstall', '--yes')).toMatchObject({ code: 0, stderr: '' });
  });

  test('--purge takes all', SLOW, async () => {
    const { home, project, say, before, unit, programs, fake } = await withEverything();
    expect((await say('uninstall', '--yes', '--purge')).code).toBe(0);
    expect(treeOf(project)).toEqual(before);
    expect(existsSync(unit)).toBe(false);
    // In this test the home is the person's too.
    for (const folder of [programs, fake]) rmSync(folder, { recursive: true });
    expect(readdirSync(home.root)).toEqual([]);
  });

  test('while another project has the hooks leaves the service with the sidecar', SLOW, async () => {
    const { home, say, status, sidecar } = await withEverything();
    expect(await say('init', '--yes', '--user')).toMatchObject({ code: 0 });
    const { code, stdout } = await say('uninstall', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('Another settings file uses the hooks');
    expect(existsSync(home.hooks)).toBe(true);
    expect(await status()).toMatchObject({ installed: true, active: true, sidecar });
    expect((await say('uninstall', '--yes', '--user')).stdout).toContain('Stopped the sidecar');
    expect(await status()).toMatchObject({ installed: false, sidecar: null });
  });

  test(
    'while the plugin is on takes the scripts, which it has of its own, and nothing it needs',
    SLOW,
    async () => {
      const { home, project, say, status, before, sidecar, plug } = await withEverything();
      plug(true);
      const { code, stdout } = await say('uninstall', '--yes', '--purge');
      expect(code).toBe(1); // Asked to delete what is in use.
      expect(stdout).toContain('Removed 12 hook scripts.');
      expect(stdout).toContain('Run `claude plugin uninstall holdfast@market`, then uninstall again.');
      expect(treeOf(project)).toEqual(before);
      expect(existsSync(home.hooks)).toBe(false);
      expect(await status()).toMatchObject({ installed: true, active: true, sidecar });
      expect((await say('uninstall', '--yes')).code).toBe(0);
      plug(false);
      expect((await say('uninstall', '--yes', '--purge')).stdout).toContain('Stopped the sidecar');
      expect(await status()).toMatchObject({ installed: false, sidecar: null });
      expect(existsSync(home.database)).toBe(false);
    },
  );
});
