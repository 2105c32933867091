import { expect, it } from 'vitest';
import { withinProject } from '../../sidecar/commitments/within-project.ts';
import { ledger } from '../kit/ledger.ts';

const ROOTS = { project: '/tmp/code/app', cwd: '/tmp/code/app/packages/api' };

it.each([
  ['/tmp/code/app/src/main.ts', 'src/main.ts'],
  ['/tmp/code/app/packages/api/src/main.ts', 'packages/api/src/main.ts'],
  ['/tmp/code/app/.github/workflows/test.yml', '.github/workflows/test.yml'],
  ['/tmp/code/apple/main.ts', '/tmp/code/apple/main.ts'],
  ['/tmp/code/app', '/tmp/code/app'],
  ['src/main.ts', 'src/main.ts'],
])('%s is %s', (file_path, expected) => {
  const call = { tool: 'Edit', input: { file_path, old_string: 'a' }, ok: true };
  expect(withinProject(call, ROOTS)).toEqual({ ...call, input: { file_path: expected, old_string: 'a' } });
});

it.each([
  { where: 'below a hidden folder of the project', cwd: '/home/me/app/.claude/worktrees/fix' },
  { where: 'elsewhere', cwd: '/home/me/.holdfast/worktrees/fix' },
])('a linked worktree $where is a project like any other', ({ cwd }) => {
  const call = { tool: 'Write', input: { file_path: `${cwd}/src/main.ts` }, ok: true };
  expect(withinProject(call, { project: '/home/me/app', cwd }).input).toEqual({ file_path: 'src/main.ts' });
});

it.each([null, 'text', ['a'], { command: 'ls' }, { file_path: 3 }])('%j stays as it is', (input) => {
  const call = { tool: 'Other', input, ok: true };
  expect(withinProject(call, ROOTS)).toEqual(call);
});

it.each([
  { file: '/tmp/code/app/src/main.ts', verdict: 'unbacked' },
  { file: '/tmp/scratch.ts', verdict: 'backed' },
])('an edit of $file after the green run leaves "all tests pass" $verdict', ({ file, verdict }) => {
  const { take, word } = ledger();
  const send = (event: string, more: object) =>
    take(event, { session_id: 's1', cwd: '/tmp/code/app', ...more });
  send('SessionStart', { source: 'startup' });
  const test = { tool_name: 'Bash', tool_input: { command: 'npm test' } };
  send('PostToolUse', { ...test, tool_response: { stdout: 'Tests  2 passed (2)', stderr: '' } });
  const edit = { tool_name: 'Edit', tool_input: { file_path: file, old_string: 'a', new_string: 'b' } };
  send('PostToolUse', { ...edit, tool_response: {} });
  send('Stop', { last_assistant_message: 'All tests pass.' });
  expect(word.completed.page({}, Number.MAX_SAFE_INTEGER, 9)).toMatchObject([{ verdict }]);
});
