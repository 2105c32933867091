import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONFIG_KEYS } from '../../sidecar/home/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

const printed = new Map<string, Promise<string>>();

/** Once for all tests of this file: they only read it. */
function scriptFor(shell: string): Promise<string> {
  const known = printed.get(shell) ?? print(shell);
  printed.set(shell, known);
  return known;
}

async function print(shell: string): Promise<string> {
  const { code, stdout, stderr } = await holdfast(livelyHome(), ['completions', shell]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** What bash would offer at the end of this line. */
async function offered(...words: string[]): Promise<string[]> {
  const file = join(temporaryFolder(), 'holdfast.bash');
  writeFileSync(file, await scriptFor('bash'));
  const program = `. "$1"; shift
    COMP_WORDS=(holdfast "$@") COMP_CWORD=$#
    _holdfast
    printf '%s\\n' "\${COMPREPLY[@]}"
    complete -p holdfast`;
  const { stdout, stderr } = await runProgram('bash', {
    args: ['--norc', '-uc', program, 'bash', file, ...words],
    env: { PATH: process.env.PATH },
  });
  expect(stderr).toBe('');
  const lines = stdout.trim().split('\n');
  expect(lines.pop()).toBe('complete -o default -F _holdfast holdfast');
  return lines.filter(Boolean);
}

describe('bash completes', () => {
  test.each([
    [['co'], ['commitments', 'config', 'completions']],
    [
      ['config', ''],
      ['list', 'get', 'set', '--help'],
    ],
    [['config', 'get', 'server.'], ['server.port']],
    [['commitments', '--status', 'k'], ['kept']],
    [['commitments', '--sta'], ['--status']],
    [
      ['completions', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['service', 'in'], ['install']],
    // An argument that is called as a verb is none.
    [['run', 'kill', '--fol'], ['--follow']],
    // Then bash offers files.
    [['audit', '--html', ''], []],
    [
      ['nonsense', 'st'],
      ['start', 'stop', 'status'],
    ],
  ])('%j', async (words, found) => {
    expect(await offered(...words)).toEqual(found);
  });
});

describe.each(['bash', 'zsh', 'fish'])('the script for %s', (shell) => {
  test('knows every verb of --help and every setting, and says how to use it', async () => {
    const script = await scriptFor(shell);
    const help = await holdfast(livelyHome(), ['--help']);
    const verbs = [...help.stdout.matchAll(/^ {2}([a-z]+) .*\S/gm)].map(([, verb = '']) => verb);
    expect(verbs.length).toBeGreaterThan(20);
    for (const verb of verbs.filter((one) => one !== 'help'))
      expect(script).toMatch(new RegExp(`[ '(]${verb}[ ':]`));
    for (const { key } of CONFIG_KEYS) expect(script).toContain(key);
    expect(script.split('\n').slice(0, 2).join('\n')).toContain(`holdfast completions ${shell}`);
  });
});

test('another shell is bad usage, which names those that are known', async () => {
  const { code, stderr } = await holdfast(livelyHome(), ['completions', 'csh']);
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
