import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../kit/run-program.ts';
import { answering, fakeSidecar, response } from './fake-sidecar.ts';
import { changedScripts, HOOKS, makeHome, runHook, SILENT, spooled } from './run-hook.ts';

/** As the sidecar takes them; longer or other ones would be refused, and lost. */
const EVENT_ID = /^[A-Za-z0-9._~-]{1,128}$/;
const COUNT = 2_000;
const AT_ONCE = 12;

test('2,000 hooks, many at once, give 2,000 ids', { timeout: 240_000 }, async (scope) => {
  const { home } = makeHome(scope);
  const { requests } = await fakeSidecar(scope, home, answering(response(200, '{}')));
  let begun = 0;
  async function worker(): Promise<void> {
    while (begun < COUNT) {
      const hook = HOOKS[begun++ % HOOKS.length];
      if (hook) await runHook(hook, home);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  // On a busy machine some give up, and are kept; one may have been heard before that.
  const kept = spooled(home).map(({ firstLine }) => firstLine.split(' ')[3] ?? '');
  const heard = requests.map((request) => /\r\nx-holdfast-event: (.*)\r\n/.exec(request)?.[1] ?? '');
  const ids = [...heard.filter((id) => !kept.includes(id)), ...kept];
  expect(ids).toHaveLength(COUNT);
  for (const id of ids) expect(id).toMatch(EVENT_ID);
  expect(new Set(ids).size).toBe(COUNT);
});

const UUID = '/proc/sys/kernel/random/uuid';
const NO_UUID: [string, string, string] = ['lib-rare.sh', UUID, '/nonexistent'];

/** What bash before 5.1 has; `$$` as long as Linux makes it. */
const PLACES: { where: string; changes: [string, string, string][]; before: string }[] = [
  { where: 'with the kernel’s uuid', changes: [], before: '' },
  { where: 'with the kernel’s uuid, before bash 5', changes: [], before: 'EPOCHREALTIME' },
  { where: 'with /dev/urandom', changes: [NO_UUID], before: '' },
  { where: 'with /dev/urandom, before bash 5', changes: [NO_UUID], before: 'EPOCHREALTIME' },
  {
    where: 'with a process id of seven digits',
    changes: [NO_UUID, ['lib-rare.sh', '$$', '4194304']],
    before: '',
  },
];

test.for(PLACES)('without SRANDOM, ids are valid and unique $where', async ({ changes, before }, scope) => {
  const { folder } = makeHome(scope);
  const scripts = changedScripts(join(folder, 'scripts'), changes);
  // Four shells that begin in the same second, as hooks at once do.
  const program = `unset SRANDOM ${before}; LC_ALL=C; . "$1/lib-rare.sh"
    for ((i = 0; i < 500; i++)); do make_id; echo "$id"; done`;
  const runs = [1, 2, 3, 4].map(() =>
    runProgram('/bin/bash', { args: ['-c', program, 'bash', scripts], env: { PATH: process.env.PATH } }),
  );
  const ids = (await Promise.all(runs)).flatMap(({ stdout }) => stdout.trim().split('\n'));
  expect(ids).toHaveLength(2_000);
  for (const id of ids) expect(id).toMatch(EVENT_ID);
  expect(Math.max(...ids.map(({ length }) => length))).toBeLessThanOrEqual(120);
  expect(new Set(ids).size).toBe(2_000);
});

test.for(HOOKS)('$event without SRANDOM is kept under a valid id', async (hook, scope) => {
  const { home, folder } = makeHome(scope);
  const scripts = changedScripts(join(folder, 'scripts'), [
    ['lib.sh', 'SRANDOM', 'NO_SUCH_VARIABLE'],
    NO_UUID,
  ]);
  expect(await runHook(hook, home, { folder: scripts })).toMatchObject(SILENT);
  const [file] = spooled(home);
  expect(file?.name.replace(/\.event$/, '')).toMatch(EVENT_ID);
  expect(file?.firstLine.split(' ')[3]).toBe(file?.name.replace(/\.event$/, ''));
});
