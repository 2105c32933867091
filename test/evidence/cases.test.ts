import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judge } from '../../sidecar/cli/judge.ts';
import type { ToolCall } from '../../sidecar/evidence/index.ts';
import { bash } from './calls.ts';

/** Lines of `cases/*.txt`; the first line of each file says how to read the others. */
function casesOf(name: string): [state: string, promise: string, line: string, call: ToolCall][] {
  const lines = readFileSync(new URL(`cases/${name}.txt`, import.meta.url), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [state = '', promise = '', call = '', printed = '', how = ''] = line.split(' ¦ ');
      const written = (text: string) => text.replaceAll('\\n', '\n');
      const made: ToolCall = call.startsWith('{')
        ? JSON.parse(call)
        : bash(written(call), {
            ok: how !== 'failed',
            response: written(printed),
            background: how === 'background',
          });
      return [state, promise, call, made];
    });
}

describe.each([
  ['what the tools of the field do', 'tools', 280],
  ['look-alikes are told apart', 'look-alikes', 250],
  ['to list or to check is not to do', 'read-only', 160],
  ['another time and a longer name are other things', 'another-thing', 48],
  ['what a pipe hides, the output tells', 'hidden-failures', 48],
])('%s', (_, file, atLeast) => {
  const cases = casesOf(file);

  test('all of them are there', () => {
    expect(cases.length).toBeGreaterThanOrEqual(atLeast);
  });

  test.each(cases)('%s: %s after %s', (state, promise, _line, call) => {
    expect(judge({ promise, calls: [call] }).expect.map((one) => one.state)).toEqual([state]);
  });
});

/** Of `discarded.txt`; a text among the calls is a command. */
const sequences = readFileSync(new URL('cases/discarded.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line): [verdict: string, said: string, line: string, calls: ToolCall[]] => {
    const [verdict = '', said = '', calls = '[]'] = line.split(' ¦ ');
    const made = (JSON.parse(calls) as (string | ToolCall)[]).map((call) =>
      typeof call === 'string' ? bash(call) : call,
    );
    return [verdict, said, calls, made];
  });

describe('an edit that was discarded backs nothing', () => {
  test('all of them are there', () => {
    expect(sequences.length).toBeGreaterThanOrEqual(29);
  });

  test.each(sequences)('%s: %s after %s', (verdict, said, _line, calls) => {
    expect(judge({ promise: '', calls, said }).completed.map((one) => one.verdict)).toEqual([verdict]);
  });
});
