import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { VERSION } from '../../sidecar/machine/index.ts';
import type { MigrationReport } from '../../sidecar/setup/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { packageOf } from '../kit/package-of.ts';
import { CLI, callApi, cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { treeOf } from '../setup/world.ts';

/** A project with `init` by an earlier version of the package; its person edited one script and deleted one. */
async function upgraded() {
  const home = livelyHome();
  writeFileSync(home.config, '{"server":{"port":0}}\n');
  const project = temporaryFolder();
  const old = packageOf('0.1.9');
  expect(await holdfast(home, ['init', '--yes'], { cli: old, cwd: project })).toMatchObject({ code: 0 });
  await callApi(home, '/migrate'); // The old one has been through its own steps.
  const hook = (name: string) => join(home.hooks, name);
  writeFileSync(hook('stop.sh'), `${readFileSync(hook('stop.sh'), 'utf8')}# mine\n`);
  rmSync(hook('config-change.sh'));
  const words = join(project, 'CLAUDE.md');
  writeFileSync(words, readFileSync(words, 'utf8').replace('commitment', 'solemn vow'));
  const first = join(import.meta.dirname, '..', 'fixtures', 'first-hooks', 'session-end.sh');
  writeFileSync(hook('session-end.sh'), readFileSync(first));
  return { home, project, hook, run: (...args: string[]) => holdfast(home, args, { cwd: project }) };
}

/** What belongs to the person and to the package; the sidecar's own files go on by themselves. */
function filesOf(home: HomePaths, project: string) {
  const own = /^(holdfast\.db|logs|spool|state\/instance|endpoint|sidecar\.json|launch)/;
  const files = Object.entries(treeOf(home.root)).filter(([name]) => !own.test(name));
  return [Object.fromEntries(files), treeOf(project)];
}

describe('holdfast migrate', () => {
  test('shows before what it does, does it, and says what it left and why', async () => {
    const { home, project, hook, run } = await upgraded();
    const before = filesOf(home, project);
    const serving = (await callApi<{ pid: number }>(home, '/health')).body.pid;

    const dry = await run('migrate', '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toContain(`--- ${hook('session-end.sh')}`);
    expect(dry.stdout).toContain('Would write 1 hook script.');
    expect(dry.stdout).toContain(`${hook('config-change.sh')} is gone, and would stay deleted.`);
    expect(dry.stdout).toContain(`Nothing was written: this was a dry run (0.1.9 → ${VERSION}).`);
    expect(filesOf(home, project)).toEqual(before);
    expect((await callApi<{ pid: number }>(home, '/health')).body.pid).toBe(serving);

    const done = await run('migrate');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('Wrote 1 hook script.');
    expect(done.stdout).toContain(`${hook('config-change.sh')} was deleted, and stays deleted.`);
    expect(done.stdout).toContain(`${hook('stop.sh')} was edited by hand and is left as it is`);
    expect(done.stdout).toContain(`# ${VERSION}`); // The notes.
    expect(done.stdout).toContain(`0.1.9 → ${VERSION}: everything is up to date now.`);
    expect(existsSync(hook('config-change.sh'))).toBe(false);
    expect(readFileSync(hook('stop.sh'), 'utf8')).toMatch(/# mine\n$/);
    expect(readdirSync(join(home.backups, 'hooks'))).toHaveLength(1);

    type Row = { key: string; effective: string };
    const { guards } = (await callApi<{ guards: Row[] }>(home, '/guards')).body;
    expect(guards.find(({ key }) => key === 'hook.ConfigChange')?.effective).toBe('off');
    const { items } = (await callApi<{ items: { guard: string; kind: string }[] }>(home, '/attention')).body;
    expect(items).toContainEqual(
      expect.objectContaining({ guard: 'hook.ConfigChange', kind: 'deleted-by-person' }),
    );

    const after = filesOf(home, project);
    const again = await run('migrate', '--json');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    const report = JSON.parse(again.stdout) as MigrationReport & { notes: { version: string }[] };
    expect(report).toMatchObject({
      version: VERSION,
      from: '0.1.9',
      dryRun: false,
      ok: true,
      changed: false,
    });
    expect(report.notes.map(({ version }) => version)).toEqual([VERSION]);
    expect(filesOf(home, project)).toEqual(after);

    const doctor = await run('doctor');
    expect(doctor.stdout).toContain(`${hook('config-change.sh')} was deleted by you, and stays deleted`);
    expect(doctor.stdout).toContain('+# mine');
    expect(doctor.stdout).toContain(`our block in ${join(project, 'CLAUDE.md')} was edited by hand`);
    expect(doctor.stdout).toMatch(/\+.*solemn vow/);
    expect(doctor).toMatchObject({ code: 0 });
  });

  test('by a start of the newer version too, in one line', async () => {
    const { home, hook, run } = await upgraded();
    const start = await run('start');
    expect(start).toMatchObject({ code: 0, stderr: '' });
    expect(start.stdout).toContain(`Upgraded from 0.1.9 to ${VERSION}: 1 changed, 3 left as you have them.`);
    const manifest = JSON.parse(readFileSync(hook('manifest.json'), 'utf8'));
    expect(manifest.deleted).toEqual({ 'config-change.sh': VERSION });
    // A plain start has nothing to do, and takes a script that is gone for an accident.
    rmSync(hook('stop-failure.sh'));
    await run('stop');
    expect((await run('start')).stdout).not.toContain('Upgraded');
    await callApi(home, '/migrate');
    expect(JSON.parse(readFileSync(hook('manifest.json'), 'utf8'))).toEqual(manifest);
    expect(existsSync(hook('stop-failure.sh'))).toBe(false);
  });

  test('without a sidecar a dry run starts none and makes no file', async () => {
    const { home, project, run } = await upgraded();
    await run('stop');
    const before = treeOf(home.root);
    const { code, stdout } = await run('migrate', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ from: '0.1.9', dryRun: true, changed: true });
    expect(treeOf(home.root)).toEqual(before);
    expect(filesOf(home, project)[1]).toEqual(treeOf(project));
  });
});

test('what cannot be read is named with what to do, fails alone, and is taken up when it can be', async () => {
  const home = livelyHome();
  writeFileSync(home.config, '{"server":{"port":0}}\n');
  const project = temporaryFolder();
  const run = await asAnybody([home.root, join(home.root, '..'), project], home, project);
  expect(await run('init', '--yes')).toMatchObject({ code: 0 });
  const stop = join(home.hooks, 'stop.sh');
  const words = join(project, 'CLAUDE.md');
  for (const file of [stop, words]) chmodSync(file, 0o000);
  const failed = await run('migrate');
  expect(failed.code).toBe(1);
  expect(failed.stdout).toContain(`✗ ${stop} cannot be read`);
  expect(failed.stdout).toContain(`✗ ${words} cannot be read`);
  expect(failed.stdout).toContain('→ Make it readable for you');
  const { body } = await callApi<{ migratedAt: string | null; steps: object[] }>(home, '/migrate');
  expect(body.migratedAt).toBeNull();
  expect(body.steps).toContainEqual(
    expect.objectContaining({
      step: 'scripts',
      problem: expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    }),
  );
  chmodSync(stop, 0o755);
  chmodSync(words, 0o644);
  expect(await run('migrate')).toMatchObject({ code: 0 });
  expect((await callApi<{ migratedAt: string }>(home, '/migrate')).body.migratedAt).not.toBeNull();
  for (const file of [stop, words]) chmodSync(file, 0o000);
  const out = await run('uninstall', '--yes');
  expect(out.stdout).toContain(`✗ ${words} cannot be read`);
  for (const file of [stop, words]) chmodSync(file, 0o644);
  expect(readFileSync(stop, 'utf8')).toContain('Stop');
  expect(readFileSync(words, 'utf8')).toContain('holdfast:begin');
});

/** A test is often root, who reads everything: then the program runs as somebody else. */
async function asAnybody(folders: string[], home: HomePaths, cwd: string) {
  const isRoot = process.getuid?.() === 0;
  const somebody = 65_534;
  if (isRoot) {
    for (const folder of folders) chownSync(folder, somebody, somebody);
    for (const entry of readdirSync(home.root, { recursive: true, encoding: 'utf8' })) {
      chownSync(join(home.root, entry), somebody, somebody);
    }
  }
  const as = isRoot ? { uid: somebody, gid: somebody } : {};
  return (...args: string[]) =>
    runProgram(process.execPath, { args: [CLI, ...args], env: cleanEnvironment(home), cwd, ...as });
}
