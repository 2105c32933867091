import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meets, readCall } from '../../sidecar/evidence/index.ts';
import { bash, judged } from './calls.ts';

const LONG = 100 * 1024;

describe('odd command lines prove nothing and stall nothing', () => {
  test.each([
    ['an unclosed quote', 'git push "origin'],
    ['an unclosed here-document', "cat <<'EOF'\ngit push\n"],
    ['an unclosed group', '( git push'],
    ['an unclosed substitution', 'echo $(git push'],
    ['nothing but operators', '&& || ; |'],
    ['a here-document of 100 KB', `cat > x.txt <<'EOF'\n${'git push\n'.repeat(LONG / 9)}EOF`],
    ['a quoted argument of 100 KB', `echo '${'git push; '.repeat(LONG / 10)}'`],
    ['deep nesting', `${'$('.repeat(2000)}git push${')'.repeat(2000)}`],
    ['deep subshells', `${'('.repeat(5000)}git push`],
    ['a megabyte', `git push ${'x'.repeat(1024 * 1024)}`],
    ['bytes', 'git\u0000push \ud800 \ufffe'],
    ['bash in bash in bash', 'bash -c "bash -c \'bash -c \\"bash -c \\\\\\"bash -c git\\\\\\"\\"\'"'],
  ])('%s', (_, command) => {
    const begun = performance.now();
    expect(judged(bash(command), 'push|')).toBe('nothing');
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test.each([
    ['a hundred kilobytes of commands', 'git status; '.repeat(LONG / 12)],
    ['a long chain', `${'git push && '.repeat(2000)}true`],
    ['a long chain of alternatives', `${'git push || '.repeat(300)}true`],
    ['many words', `rm ${'a/b.ts '.repeat(LONG / 7)}`],
    ['many redirections', 'echo x > a.ts; '.repeat(2000)],
  ])('%s takes its time, and not more', (_, command) => {
    for (const ok of [true, false]) {
      const begun = performance.now();
      const { deeds, summary } = readCall(bash(command, { ok, response: 'x'.repeat(1024 * 1024) }));
      expect(performance.now() - begun).toBeLessThan(5_000);
      expect(JSON.stringify(deeds).length).toBeLessThan(100_000);
      expect(summary.length).toBeLessThanOrEqual(160);
    }
  });

  test('of a response of megabytes both ends are read', () => {
    const filler = `${'a -> b 1 failed 2 passed, error: '.repeat(10)}\n`.repeat(10_000);
    const begun = performance.now();
    readCall(bash('npm test; git push | tail', { response: filler }));
    expect(performance.now() - begun).toBeLessThan(5_000);
    const end = `${'.'.repeat(3_000_000)}\nTests: 1 failed, 2 passed`;
    expect(judged(bash('npm test | cat', { response: { stdout: end, stderr: '' } }), 'test|tests')).toBe(
      'failed',
    );
  });
});

test.each([
  [{ tool: 'Bash', input: null, ok: true }],
  [{ tool: 'Bash', input: { command: 7 }, ok: true }],
  [{ tool: 'Bash', input: [], ok: true, response: [[[[[[[1]]]]]]] }],
  [{ tool: 'Edit', input: {}, ok: true }],
  [{ tool: 'MultiEdit', input: { file_path: 'a.ts', edits: 'none' }, ok: true }],
  [{ tool: 'Write', input: { file_path: 'a.ts', content: 7 }, ok: true }],
  [{ tool: '', input: undefined, ok: false }],
  [{ tool: 'mcp__a__', input: 'x', ok: true, response: { a: null } }],
])('%j is answered', (call) => {
  expect(readCall(call)).toMatchObject({ deeds: expect.any(Array), summary: expect.any(String) });
});

test('whatever a call holds, it is answered as JSON', () => {
  const tool = fc.constantFrom(
    'Bash',
    'Edit',
    'Write',
    'MultiEdit',
    'NotebookEdit',
    'mcp__x__create_issue',
    'Read',
  );
  const words = [
    'git push',
    'npm test',
    '&&',
    '||',
    '|',
    ';',
    '(',
    ')',
    '"',
    "'",
    '$(',
    '<<X',
    '\n',
    'sudo',
    '-c',
    'bash',
    '>',
    '\\',
    '{',
    '}',
    'if',
    'then',
    'fi',
  ];
  const command = fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 30 })
    .map((parts) => parts.join(' '));
  const input = fc.oneof(
    fc.anything(),
    fc.record({ command, file_path: fc.string(), old_string: fc.string(), new_string: fc.string() }),
  );
  fc.assert(
    fc.property(
      tool,
      input,
      fc.boolean(),
      fc.anything(),
      fc.string(),
      (name, given, ok, response, object) => {
        const reading = readCall({ tool: name, input: given, ok, response });
        expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
        expect(() => meets(reading, { verb: 'push', object, detail: object })).not.toThrow();
      },
    ),
    { numRuns: 500 },
  );
});
