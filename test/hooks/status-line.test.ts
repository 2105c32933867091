import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { SCRIPTS } from './run-hook.ts';

let home: HomePaths;
let folder: string;
let script: string;

beforeEach(() => {
  const made = temporaryHome();
  onTestFinished(made.remove);
  ({ home, folder } = made);
  mkdirSync(home.hooks, { recursive: true });
  script = join(home.hooks, 'status-line.sh');
  copyFileSync(join(SCRIPTS, 'status-line.sh'), script);
  writeFileSync(join(home.hooks, 'manifest.json'), '{}');
});

async function shown(program = script, env: Record<string, string> = {}): Promise<string> {
  const ended = await runProgram(program, { args: [], env: { PATH: '/usr/bin:/bin', ...env } });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return ended.stdout;
}

const NOT_RUNNING = 'Holdfast is not running\n';

describe('the status line', () => {
  test.each([
    ['0 0 0', 'nothing open'],
    ['1 0 0', '1 promise open'],
    ['2 1 0', '2 promises open, 1 guard loud'],
    ['0 3 4', '3 guards loud, 4 in the queue'],
  ])('shows %s as: %s', async (facts, words) => {
    writeFileSync(home.statusLine, `${process.pid} ${facts}\n`);
    expect(await shown()).toBe(`Holdfast: ${words}\n`);
  });

  test.each([
    ['nothing', ''],
    ['a number too few', `${process.pid} 1 2\n`],
    ['a number too many', `${process.pid} 1 2 3 4\n`],
    ['words', `${process.pid} a b c\n`],
    ['a command', 'a[$(touch>ran)] 1 2 3\n'],
    ['a command for the terminal', `${process.pid} \x1b[2J 2 3\n`],
    ['a process that is gone', '4194999 1 2 3\n'],
  ])('says that nobody runs where the file holds %s', async (_, text) => {
    writeFileSync(home.statusLine, text);
    expect(await shown()).toBe(NOT_RUNNING);
    expect(existsSync(join(process.cwd(), 'ran'))).toBe(false);
  });

  test('says so too where there is no file, or a folder', async () => {
    expect(await shown()).toBe(NOT_RUNNING);
    mkdirSync(home.statusLine);
    expect(await shown()).toBe(NOT_RUNNING);
  });

  test('is silent where there is no home', async () => {
    const package_ = join(SCRIPTS, 'status-line.sh');
    expect(await shown(package_)).toBe('');
    expect(await shown(package_, { HOME: join(folder, 'nobody') })).toBe('');
    expect(await shown(package_, { HOLDFAST_HOME: home.root })).toBe(NOT_RUNNING);
  });

  test('reads the home that it lies in, also by way of a link', async () => {
    writeFileSync(home.statusLine, `${process.pid} 1 0 0\n`);
    expect(await shown(script, { HOLDFAST_HOME: folder })).toContain('1 promise');
    symlinkSync(home.root, join(folder, 'link'));
    expect(await shown(join(folder, 'link', 'hooks', 'status-line.sh'))).toContain('1 promise');
    rmSync(join(folder, 'link'));
  });
});
