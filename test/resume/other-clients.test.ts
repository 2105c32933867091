import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clientsOf } from '../../sidecar/resume/other-clients.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

const CLIENT = fileURLToPath(new URL('fixtures/waiting-client', import.meta.url));
const ps = spawnSync('ps', ['-axww', '-o', 'pid=,command='], { stdio: 'ignore' }).status === 0;

async function clientWith(...args: string[]): Promise<ChildProcess> {
  const child = spawn(CLIENT, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  // The next one may ask for the same session.
  onTestFinished(() => ended(child));
  await once(child.stdout, 'data');
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Where this system has both, both are asked. */
async function seenBoth(id: string, because: { skip: (when: boolean, note: string) => void }) {
  because.skip(process.platform !== 'linux' || !ps, 'not run: this system has not both /proc and ps');
  const [proc, printed] = await Promise.all([clientsOf(id), clientsOf(id, { platform: 'darwin' })]);
  return { proc, ps: printed };
}

const id = randomUUID();
const running: [string, string[], boolean][] = [
  ['resumes it', ['-p', '--resume', id, '--verbose'], true],
  ['resumes it, in short', ['-r', id], true],
  ['resumes it, with other short options', ['-pr', id], true],
  ['resumes it, joined', [`--resume=${id}`], true],
  ['resumes it, joined in short', [`-r${id}`], true],
  ['began it', ['-p', 'a prompt', '--session-id', id], true],
  ['began it, joined', [`--session-id=${id}`], true],
  ['went on with it in another session', ['--resume', id, '--fork-session'], false],
  ['began it as a fork', ['--resume', randomUUID(), '--fork-session', '--session-id', id], true],
  ['resumes another', ['--resume', randomUUID()], false],
  ['resumes one whose name begins like it', ['--resume', `${id}0`], false],
  ['names it and does not run it', ['--settings', `/sessions/${id}`, id], false],
  ['has nothing to resume', ['--resume'], false],
];
test.each(running)('a process that %s', async (_, args, runs) => {
  const { pid } = await clientWith(...args);
  expect(await clientsOf(id)).toEqual(runs ? [pid] : []);
});

test('all of several are found, also by ps, and none after its end', async (scope) => {
  const own = randomUUID();
  const [one, two] = [await clientWith('--resume', own), await clientWith(`--session-id=${own}`)];
  const both = [one.pid, two.pid];
  const seen = await seenBoth(own, scope);
  expect(new Set(seen.proc)).toEqual(new Set(both));
  expect(new Set(seen.ps)).toEqual(new Set(both));
  await ended(one);
  await ended(two);
  expect(await seenBoth(own, scope)).toEqual({ proc: [], ps: [] });
});

test('a prompt that speaks of it is no client of it', async (scope) => {
  scope.skip(process.platform !== 'linux', 'not run: only /proc tells one argument from several');
  const own = randomUUID();
  await clientWith('-p', `run claude --resume ${own}`);
  expect(await clientsOf(own)).toEqual([]);
});

describe('what does not tell', () => {
  function procWith(...pids: (number | string)[]): string {
    const proc = temporaryFolder();
    for (const pid of pids) {
      mkdirSync(join(proc, String(pid)));
      writeFileSync(join(proc, String(pid), 'cmdline'), `claude\0--resume\0${id}\0`);
    }
    return proc;
  }
  const linux = { platform: 'linux', self: 7 } as const;

  test('is a /proc that is not there, and one without ourselves', async () => {
    expect(await clientsOf(id, { ...linux, proc: '/nowhere/at/all' })).toBeNull();
    expect(await clientsOf(id, { ...linux, proc: procWith(1, 2) })).toBeNull();
    expect(await clientsOf(id, { ...linux, proc: procWith(1, 2, 7, 'self') })).toEqual([1, 2]);
  });

  test('is a process that cannot be read; one that is gone meanwhile is gone', async () => {
    const proc = procWith(7);
    mkdirSync(join(proc, '8'));
    expect(await clientsOf(id, { ...linux, proc })).toEqual([]);
    mkdirSync(join(proc, '9', 'cmdline'), { recursive: true });
    expect(await clientsOf(id, { ...linux, proc })).toBeNull();
  });

  test('is a ps that fails, and one that prints nothing', async () => {
    const mac = { platform: 'darwin', self: 7 } as const;
    expect(await clientsOf(id, { ...mac, ps: () => Promise.reject(new Error('no ps')) })).toBeNull();
    expect(await clientsOf(id, { ...mac, ps: async () => '' })).toBeNull();
    expect(await clientsOf(id, { ...mac, ps: async () => `    7 node\n 12 claude -r ${id}\n` })).toEqual([
      12,
    ]);
  });

  test('more processes than are read at once are all read', async () => {
    const pids = Array.from({ length: 100 }, (_, at) => at + 100);
    const found = await clientsOf(id, { ...linux, proc: procWith(7, ...pids) });
    expect(found?.toSorted((a, b) => a - b)).toEqual(pids);
  });
});
