import { chmodSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deployHooks, removeHooks } from '../../sidecar/setup/index.ts';
import { makeWorld, treeOf, writeScripts } from './world.ts';

function deployed() {
  const world = makeWorld();
  const deploy = (version = '1.0.0') => deployHooks(world.home, { source: world.source, version });
  const steps = deploy();
  const stop = join(world.home.hooks, 'stop.sh');
  return { ...world, deploy, steps, stop, manifest: join(world.home.hooks, 'manifest.json') };
}

describe('deploying', () => {
  test('copies every script, runnable, with a manifest', () => {
    const { home, source, steps, stop, manifest } = deployed();
    expect(steps).toMatchObject([{ outcome: 'changed', says: 'Wrote 10 hook scripts.' }]);
    expect(statSync(stop).mode & 0o777).toBe(0o755);
    const { 'manifest.json': listed, ...scripts } = treeOf(home.hooks);
    expect(scripts).toEqual(treeOf(source));
    expect(JSON.parse(listed ?? '')).toMatchObject({
      version: '1.0.0',
      files: { 'stop.sh': expect.any(String) },
    });
    expect(statSync(manifest).mode & 0o777).toBe(0o600);
  });

  test('a second time writes nothing', () => {
    const { deploy, home } = deployed();
    const names = Object.keys(treeOf(home.hooks));
    for (const name of names) utimesSync(join(home.hooks, name), 1000, 1000);
    expect(deploy()).toMatchObject([{ outcome: 'unchanged' }]);
    for (const name of names) expect(statSync(join(home.hooks, name)).mtimeMs).toBe(1_000_000);
  });

  test('an upgrade replaces what is as we wrote it', () => {
    const { deploy, home, source } = deployed();
    writeScripts(source, 'second');
    deploy('2.0.0');
    const { 'manifest.json': manifest, ...scripts } = treeOf(home.hooks);
    expect(scripts).toEqual(treeOf(source));
    expect(JSON.parse(manifest ?? '')).toMatchObject({ version: '2.0.0' });
    expect(JSON.parse(manifest ?? '')).not.toHaveProperty('replaced');
  });

  test('an edited script is left and named, however often', () => {
    const { deploy, source, stop } = deployed();
    writeFileSync(stop, '# mine\n');
    writeScripts(source, 'second');
    for (const version of ['2.0.0', '2.0.0']) {
      expect(deploy(version)).toContainEqual(expect.objectContaining({ outcome: 'left', file: stop }));
      expect(readFileSync(stop, 'utf8')).toBe('# mine\n');
    }
  });

  test('a script that was there before us counts as edited', () => {
    const { deploy, home, stop, manifest } = deployed();
    rmSync(manifest);
    writeFileSync(stop, '# older\n');
    expect(deploy().filter(({ outcome }) => outcome === 'left')).toMatchObject([{ file: stop }]);
    expect(readFileSync(join(home.hooks, 'lib.sh'), 'utf8')).toBe('# first\n');
  });

  test('an upgrade that was killed in the middle is finished', () => {
    const { deploy, home, source, stop } = deployed();
    const before = treeOf(home.hooks);
    writeScripts(source, 'second');
    deploy('2.0.0');
    const after = JSON.parse(readFileSync(join(home.hooks, 'manifest.json'), 'utf8'));
    // As a kill between two scripts leaves it: the manifest of the upgrade, one script still old.
    const replaced = JSON.parse(before['manifest.json'] ?? '').files;
    writeFileSync(join(home.hooks, 'manifest.json'), JSON.stringify({ ...after, replaced }));
    writeFileSync(stop, before['stop.sh'] ?? '');
    writeScripts(source, 'third');
    expect(deploy('3.0.0')).toMatchObject([{ outcome: 'changed' }]);
    expect(readFileSync(stop, 'utf8')).toContain('third');
  });

  test('a script that lost its right to run gets it back', () => {
    const { deploy, stop } = deployed();
    chmodSync(stop, 0o644);
    expect(deploy()).toMatchObject([{ outcome: 'changed', says: 'Wrote 1 hook script.' }]);
    expect(statSync(stop).mode & 0o777).toBe(0o755);
  });

  test('a package that lacks a script registers nothing', () => {
    const { init, source, project } = makeWorld();
    rmSync(join(source, 'stop.sh'));
    const report = init();
    expect(report).toMatchObject({ ok: false, changed: false });
    expect(report.steps.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual([
      'scripts failed',
      'config skipped',
      'record skipped',
      'settings skipped',
      'claude-md skipped',
    ]);
    expect(report.steps[0]?.error?.code).toBe('PACKAGE_INCOMPLETE');
    expect(treeOf(project)).toEqual({});
  });
});

describe('removing', () => {
  test('takes every script and the folder', () => {
    const { home } = deployed();
    expect(removeHooks(home)).toMatchObject({ ok: true, changed: true });
    expect(existsSync(home.hooks)).toBe(false);
    expect(removeHooks(home)).toMatchObject({ ok: true, changed: false });
  });

  test('leaves and names what the person edited or added', () => {
    const { home, stop } = deployed();
    const own = join(home.hooks, 'own.sh');
    writeFileSync(stop, '# mine\n');
    writeFileSync(own, '# mine too\n');
    const left = removeHooks(home).steps.filter(({ outcome }) => outcome === 'left');
    expect(left.map(({ file }) => file).sort()).toEqual([own, stop].sort());
    expect(treeOf(home.hooks)).toEqual({ 'own.sh': '# mine too\n', 'stop.sh': '# mine\n' });
  });
});
