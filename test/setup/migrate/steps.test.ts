import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../../sidecar/errors/index.ts';
import { isTombstoned, type MigrationStep, planRegistration } from '../../../sidecar/setup/index.ts';
import { makeWorld, treeOf, writeScripts } from '../world.ts';
import { upgrade } from './upgrade.ts';

describe('steps', () => {
  test('one that fails stops no other, and is tried again until the version counts', async () => {
    const world = makeWorld();
    world.init();
    writeScripts(world.source, 'second');
    let broken = true;
    const ran: string[] = [];
    const step = (name: string): MigrationStep => ({
      name,
      check: () => [],
      apply: () => {
        ran.push(name);
        if (name === 'first' && broken) throw new HoldfastError('FILE_UNREADABLE', 'It cannot.', 'Mend it.');
        return [];
      },
    });
    const more = [step('first'), step('second')];
    const failed = await upgrade(world, { more });
    expect(failed).toMatchObject({ ok: false, after: { migratedAt: null } });
    expect(failed.steps.at(-1)).toMatchObject({
      step: 'first',
      outcome: 'failed',
      says: 'It cannot.',
      problem: { code: 'FILE_UNREADABLE', hint: 'Mend it.' },
    });
    expect(readFileSync(join(world.home.hooks, 'stop.sh'), 'utf8')).toContain('second');
    expect(failed.after.steps.map(({ step: name, doneAt }) => [name, doneAt !== null])).toEqual([
      ['database', true],
      ['scripts', true],
      ['settings', true],
      ['claude-md', true],
      ['config', true],
      ['service', true],
      ['first', false],
      ['second', true],
    ]);
    broken = false;
    const mended = await upgrade(world, { more });
    // Only what had not succeeded ran again.
    expect(ran).toEqual(['first', 'second', 'first']);
    expect(mended).toMatchObject({ ok: true });
    expect(mended.after.migratedAt).not.toBeNull();
    expect(mended.after.steps.find(({ step: name }) => name === 'first')).toMatchObject({
      problem: null,
      tries: 2,
    });
  });

  test('in a home with nothing of ours change nothing', async () => {
    const world = makeWorld();
    const report = await upgrade(world);
    expect(report).toMatchObject({ ok: true, changed: false });
    expect(treeOf(world.project)).toEqual({});
    expect(existsSync(world.home.config)).toBe(false);
    expect(treeOf(world.home.hooks)).toEqual({});
  });
});

describe('a script that is gone', () => {
  test('is an accident for the version that wrote it, until somebody asks', async () => {
    const world = makeWorld();
    world.init();
    const stop = join(world.home.hooks, 'stop.sh');
    rmSync(stop);
    await upgrade(world, { version: '1.0.0' });
    expect(existsSync(stop)).toBe(false);
    expect(isTombstoned(world.home, 'stop.sh')).toBe(false);
    world.init(); // By hand it comes back.
    expect(existsSync(stop)).toBe(true);
    rmSync(stop);
    await upgrade(world, { version: '1.0.0', byHand: true });
    expect(isTombstoned(world.home, 'stop.sh')).toBe(true);
    world.init();
    expect(existsSync(stop)).toBe(false);
  });

  test('is the wish of the person for another version, and stays one until they put it back', async () => {
    const world = makeWorld();
    world.init();
    const stop = join(world.home.hooks, 'stop.sh');
    rmSync(stop);
    const told: string[] = [];
    const notices = {
      raise: ({ guard, kind }: { guard: string; kind: string }) => told.push(`+ ${guard} ${kind}`),
      close: (guard: string, kind: string) => {
        if (guard === 'hook.Stop') told.push(`- ${guard} ${kind}`);
      },
    };
    const report = await upgrade(world, { notices });
    expect(report.steps.find(({ file }) => file === stop)).toMatchObject({ outcome: 'left' });
    expect(isTombstoned(world.home, 'stop.sh')).toBe(true);
    expect(told).toEqual(['+ hook.Stop deleted-by-person']);
    writeFileSync(stop, readFileSync(join(world.source, 'stop.sh')), { mode: 0o755 });
    told.length = 0;
    await upgrade(world, { byHand: true, notices });
    expect(isTombstoned(world.home, 'stop.sh')).toBe(false);
    expect(told).toEqual(['- hook.Stop deleted-by-person', '- hook.Stop held-back']);
  });

  test('an edited one that this version goes past is told once', async () => {
    const world = makeWorld();
    world.init();
    writeFileSync(join(world.home.hooks, 'stop.sh'), '# mine\n');
    writeScripts(world.source, 'second');
    const told: string[] = [];
    const raise = ({ guard, kind }: { guard: string; kind: string }) => told.push(`${guard} ${kind}`);
    await upgrade(world, { notices: { raise, close: () => {} } });
    await upgrade(world, { notices: { raise, close: () => {} }, byHand: true });
    expect(told).toEqual(['hook.Stop held-back']);
  });
});

describe('a block that was edited', () => {
  test('and that this version goes past is told once, in one notice, until it is ours again or gone', async () => {
    const world = makeWorld();
    const file = join(world.project, 'CLAUDE.md');
    const other = join(world.env.HOME ?? '', 'CLAUDE.md');
    for (const project of [world.project, world.env.HOME]) {
      world.init({ project, words: '- first' });
      const place = join(project ?? '', 'CLAUDE.md');
      writeFileSync(place, readFileSync(place, 'utf8').replace('- first', '- mine'));
    }
    const told: string[] = [];
    const notices = {
      raise: ({ guard, kind, title, why }: Record<'guard' | 'kind' | 'title' | 'why', string>) =>
        told.push(`${guard} ${kind} ${title}: ${why}`),
      close: (guard: string, kind: string) => {
        if (guard === 'migrator') told.push(`- ${guard} ${kind}`);
      },
    };
    for (const byHand of [false, true]) await upgrade(world, { notices, byHand, words: '- second' });
    expect(told).toEqual([
      expect.stringMatching(/^migrator held-back Our blocks in CLAUDE.md were edited, .*CLAUDE\.md\.new/),
    ]);
    expect(told[0]).toContain(file);
    expect(told[0]).toContain(other);
    told.length = 0;
    for (const place of [file, other]) writeFileSync(place, '# Mine\n');
    await upgrade(world, { notices, byHand: true, words: '- second' });
    expect(told).toEqual(['- migrator held-back']);
  });
});

describe('settings', () => {
  const entries = (text: string) =>
    JSON.parse(text).hooks as Record<string, { hooks: { timeout: number }[] }[]>;

  test('an outdated entry and a wrong path are mended, and the rest stays', async () => {
    const world = makeWorld();
    world.init();
    const written = readFileSync(world.settings, 'utf8');
    writeFileSync(
      world.settings,
      written
        .replace('"timeout": 5', '"timeout": 3')
        .replace(/\\"[^" ]*\\"\/hooks\/stop.sh/, '/gone/.holdfast/hooks/stop.sh')
        .replace('{', '{\n  "model":   "opus",'),
    );
    expect(await upgrade(world)).toMatchObject({ ok: true, changed: true });
    expect(readFileSync(world.settings, 'utf8')).toBe(written.replace('{', '{\n  "model":   "opus",'));
  });

  test('an entry that the person took out stays out, by every way', async () => {
    const world = makeWorld();
    world.init();
    const { Stop: _gone, ...rest } = entries(readFileSync(world.settings, 'utf8'));
    writeFileSync(world.settings, JSON.stringify({ hooks: rest }));
    const theirs = readFileSync(world.settings, 'utf8');
    for (const byHand of [false, true]) {
      const report = await upgrade(world, { byHand });
      expect(report.steps.find(({ step }) => step === 'settings')).toMatchObject({
        outcome: 'left',
        says: expect.stringContaining('You took out Stop, which stays out.'),
      });
    }
    world.init();
    expect(readFileSync(world.settings, 'utf8')).toBe(theirs);
  });

  test('a file from which all of them were taken keeps none; a deleted one stays deleted', async () => {
    const world = makeWorld();
    world.init();
    writeFileSync(world.settings, '{}');
    expect((await upgrade(world, { byHand: true })).ok).toBe(true);
    expect(readFileSync(world.settings, 'utf8')).toBe('{}');
    rmSync(world.settings);
    expect((await upgrade(world, { byHand: true })).ok).toBe(true);
    expect(existsSync(world.settings)).toBe(false);
  });

  test('one that does not parse is untouched and named by its line; the others go on', async () => {
    const world = makeWorld();
    world.init();
    world.init({ project: world.env.HOME });
    const bad = `{\n  "a": 1,\n}\n${planRegistration(null).text}`;
    writeFileSync(world.settings, bad);
    const other = join(world.env.HOME ?? '', '.claude', 'settings.json');
    writeFileSync(other, readFileSync(other, 'utf8').replace('"timeout": 5', '"timeout": 3'));
    const report = await upgrade(world);
    expect(report).toMatchObject({ ok: false, after: { migratedAt: null } });
    expect(report.steps.find(({ file }) => file === world.settings)).toMatchObject({
      outcome: 'failed',
      says: expect.stringContaining('line 3'),
    });
    expect(readFileSync(world.settings, 'utf8')).toBe(bad);
    expect(readFileSync(other, 'utf8')).toContain('"timeout": 5');
  });

  test('what the user has is not registered twice', () => {
    const world = makeWorld();
    world.init({ scope: 'user' });
    const report = world.init();
    expect(report).toMatchObject({ ok: true });
    expect(report.steps.find(({ what }) => what === 'settings')?.says).toContain('which holds here too');
    expect(treeOf(world.project)).toEqual({});
  });
});

describe('switches', () => {
  test('that are new are set, and one that the person took out is not', async () => {
    const world = makeWorld();
    world.init();
    writeFileSync(world.home.config, '{}\n');
    await upgrade(world);
    expect(readFileSync(world.home.config, 'utf8')).toBe('{}\n');
    // As in a home that never had the second one.
    const all = JSON.parse(readFileSync(world.home.switches, 'utf8')) as string[];
    const had = all.filter((key) => key !== 'messaging.completionClaim.enabled');
    writeFileSync(world.home.switches, JSON.stringify(had));
    await upgrade(world, { byHand: true });
    expect(JSON.parse(readFileSync(world.home.config, 'utf8'))).toEqual({
      messaging: { completionClaim: { enabled: true } },
    });
  });
});
