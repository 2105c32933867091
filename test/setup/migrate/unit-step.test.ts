import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { homePaths } from '../../../sidecar/home/index.ts';
import { applyUnitFile, removeUnit } from '../../../sidecar/setup/index.ts';
import { unitStep } from '../../../sidecar/setup/migrate/unit-step.ts';
import { temporaryFolder } from '../../kit/temporary-folder.ts';
import { treeOf } from '../world.ts';

/** A person with the service of an earlier version: another Node, at another place. */
function withService(platform: NodeJS.Platform = 'linux') {
  const folder = temporaryFolder();
  const home = homePaths(join(folder, '.holdfast'));
  mkdirSync(home.state, { recursive: true });
  const calls: string[] = [];
  const env = { HOME: folder, PATH: '/usr/bin' };
  const run = (program: string, args: string[]) => {
    calls.push([program, ...args].join(' '));
    return { code: 0, stdout: '', stderr: '' };
  };
  const options = { home, env, platform, uid: 501, run, launch: { node: '/old/node', cli: '/old/cli.js' } };
  const { file } = applyUnitFile(options);
  const of = (launch: { node: string; cli: string }) => unitStep({ ...options, launch });
  const step = of({ node: '/new/node', cli: '/new/cli.js' });
  return { folder, home, file, options, calls, step, of };
}

test('is outdated: rewritten and read anew, and neither stopped nor started', async () => {
  const { home, file, calls, step } = withService();
  const before = readFileSync(file, 'latin1');
  expect(await step.check()).toMatchObject([{ file, outcome: 'changed', says: `Would write ${file}.` }]);
  expect(readFileSync(file, 'latin1')).toBe(before);
  expect(await step.apply()).toMatchObject([{ what: 'unit', file, outcome: 'changed' }]);
  expect(readFileSync(file, 'utf8')).toContain('ExecStart="/new/node" "/new/cli.js"');
  expect(calls).toEqual(['systemctl --user daemon-reload']);
  expect(Object.values(treeOf(join(home.backups, 'service')))).toEqual([before]);
  // And then there is nothing to do, and nobody to ask.
  expect(await step.apply()).toMatchObject([{ outcome: 'unchanged' }]);
  expect(calls).toHaveLength(1);
});

test('an agent of launchd is rewritten only: to load it anew would end who does this', async () => {
  const { calls, step } = withService('darwin');
  expect(await step.apply()).toMatchObject([{ outcome: 'changed' }]);
  expect(calls).toEqual([]);
});

test('is edited: left, with ours beside it, once for each text', async () => {
  const { home, file, options, calls, step, of } = withService();
  writeFileSync(file, `${readFileSync(file, 'utf8')}# mine\n`);
  const theirs = readFileSync(file, 'utf8');
  const [left] = await step.apply();
  expect(left).toMatchObject({ outcome: 'left', says: expect.stringContaining('holdfast.service.new') });
  expect(readFileSync(`${file}.new`, 'utf8')).toContain('/new/node');
  rmSync(`${file}.new`);
  expect((await step.apply())[0]?.says).not.toContain('.new');
  expect(existsSync(`${file}.new`)).toBe(false);
  await of({ node: '/newer/node', cli: '/cli.js' }).apply();
  expect(readFileSync(`${file}.new`, 'utf8')).toContain('/newer/node');
  // The person's own file of that name is none of ours.
  writeFileSync(`${file}.new`, '# also mine\n');
  await of({ node: '/newest/node', cli: '/cli.js' }).apply();
  expect(readFileSync(`${file}.new`, 'utf8')).toBe('# also mine\n');
  expect([readFileSync(file, 'utf8'), calls]).toEqual([theirs, []]);
  expect(removeUnit(options)).toMatchObject({ outcome: 'left' });
  expect([existsSync(file), existsSync(`${file}.new`), existsSync(home.unit)]).toEqual([true, true, false]);
});

test('is deleted: stays deleted', async () => {
  const { file, calls, step } = withService();
  rmSync(file);
  for (let time = 0; time < 2; time++) {
    expect(await step.apply()).toMatchObject([{ outcome: 'left', says: expect.stringContaining('deleted') }]);
  }
  expect([existsSync(file), calls]).toEqual([false, []]);
});

test('stands in another place than this environment has it: no second one is written', async () => {
  const { folder, options } = withService();
  const elsewhere = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'xdg') };
  const step = unitStep({ ...options, env: { ...options.env, ...elsewhere } });
  expect(await step.check()).toMatchObject([{ outcome: 'left' }]);
  expect(await step.apply()).toMatchObject([{ outcome: 'left' }]);
  expect(existsSync(join(folder, 'xdg'))).toBe(false);
});

test('no service, or nobody who knows how the sidecar is started: nothing', async () => {
  const { home, options } = withService();
  expect(await unitStep({ ...options, launch: null }).apply()).toEqual([]);
  rmSync(home.unit);
  expect(await unitStep(options).apply()).toEqual([]);
});
