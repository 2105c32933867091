import { describe, expect, test } from 'vitest';
import { judge } from '../../sidecar/cli/judge.ts';
import type { ToolCall } from '../../sidecar/evidence/index.ts';
import { bash, edit, write } from './calls.ts';

const ran = (command: string, response: unknown = ''): ToolCall => bash(command, { response });
const failed = (command: string, response = ''): ToolCall => bash(command, { ok: false, response });
const other = (tool: string, input: object, response: unknown = '', ok = true): ToolCall => ({
  tool,
  input,
  ok,
  response,
});
const later = (command: string): ToolCall =>
  bash(command, { background: true, response: 'Command running in background with ID: b1' });
const ended = (code: number, output = ''): ToolCall =>
  other(
    'BashOutput',
    { bash_id: 'b1' },
    `<status>${code === 0 ? 'completed' : 'failed'}</status>\n<exit_code>${code}</exit_code>\n<stdout>\n${output}\n</stdout>`,
  );
const running = other('BashOutput', { bash_id: 'b1' }, '<status>running</status>\n<stdout>…</stdout>');

type Row = [promise: string, calls: ToolCall[], state: string, said: string, verdict: string];

const rows = (name: string, table: Row[]) =>
  describe(name, () => {
    test.each(table)('%s %j', (promise, calls, state, said, verdict) => {
      const { expect: states, completed } = judge({ promise, calls, said });
      expect([...states.map((one) => one.state), ...completed.map((one) => one.verdict)]).toEqual([
        state,
        verdict,
      ]);
    });
  });

const suite = "I'll run the tests.";
const passes = 'The tests pass.';
const built = "I'll build the project.";
const server = "I'll start the dev server.";

rows('a command in the background is told by the call that reads its end', [
  [suite, [later('npm test'), ended(0, 'Tests  3 passed (3)')], 'kept', passes, 'backed'],
  [suite, [later('npm test'), ended(1, 'Tests  1 failed | 2 passed')], 'attempted', passes, 'contradicted'],
  [suite, [later('npm test'), running], 'open', passes, 'unbacked'],
  [suite, [later('npm test')], 'open', passes, 'unbacked'],
  [suite, [ended(0, 'Tests  3 passed (3)')], 'open', passes, 'unbacked'],
  [built, [later('npm run build'), ended(0)], 'kept', 'Built the project.', 'backed'],
  [
    built,
    [
      later('npm run build'),
      other('BashOutput', { bash_id: 'b2' }, '<status>completed</status><exit_code>0</exit_code>'),
    ],
    'open',
    'Built the project.',
    'unbacked',
  ],
  [
    built,
    [
      ran('npm run build', { backgroundTaskId: 'b1' }),
      other('TaskOutput', { task_id: 'b1' }, { task: { status: 'completed', exitCode: 0 } }),
    ],
    'kept',
    'Built the project.',
    'backed',
  ],
  [
    suite,
    [later('npm test'), edit('/r/src/a.ts', 'a', 'b'), ended(0, 'Tests  3 passed (3)')],
    'kept',
    passes,
    'unbacked',
  ],
  [server, [later('npm run dev'), running], 'kept', 'Started the dev server.', 'backed'],
  [
    server,
    [later('npm run dev'), ended(1, 'Error: listen EADDRINUSE: address already in use :::3000')],
    'attempted',
    'Started the dev server.',
    'contradicted',
  ],
]);

const stop = "I'll stop the dev server.";
const stopped = 'Stopped the dev server.';

rows('a shell that is killed', [
  [stop, [later('npm run dev'), other('KillShell', { shell_id: 'b1' })], 'kept', stopped, 'backed'],
  [
    stop,
    [other('KillShell', { shell_id: 'x' }, '{"message":"Successfully killed shell: x (npm run dev)"}')],
    'kept',
    stopped,
    'backed',
  ],
  [stop, [later('npm run worker'), other('KillShell', { shell_id: 'b1' })], 'open', stopped, 'unbacked'],
  [
    stop,
    [other('KillShell', { shell_id: 'b1' }, 'No shell found with ID: b1', false)],
    'attempted',
    stopped,
    'contradicted',
  ],
]);

rows('what was taken back is no longer done', [
  [
    "I'll tag v2.0.0.",
    [ran('git tag v2.0.0'), ran('git tag -d v2.0.0')],
    'kept',
    'Tagged v2.0.0.',
    'unbacked',
  ],
  ["I'll tag v2.0.0.", [ran('git tag v2.0.0'), ran('git tag -d v1.9.0')], 'kept', 'Tagged v2.0.0.', 'backed'],
  [
    "I'll push the tag.",
    [ran('git push origin v5.1.0'), ran('git push origin :refs/tags/v5.1.0')],
    'kept',
    'The tag is pushed.',
    'unbacked',
  ],
  [
    "I'll deploy the shop.",
    [ran('helm upgrade shop ./shop'), ran('helm rollback shop 3')],
    'kept',
    'Deployed the shop.',
    'unbacked',
  ],
  [
    "I'll deploy the shop.",
    [ran('helm upgrade shop ./shop'), ran('helm rollback blog 3')],
    'kept',
    'Deployed the shop.',
    'backed',
  ],
  [
    "I'll rebase `topic/a`.",
    [ran('git rebase main topic/a'), ran('git reset --hard ORIG_HEAD')],
    'kept',
    '`topic/a` is rebased.',
    'unbacked',
  ],
  [
    "I'll stop the server.",
    [ran('docker stop web'), ran('docker start web')],
    'kept',
    'Stopped the server.',
    'unbacked',
  ],
  [
    "I'll start the stack.",
    [ran('docker compose up -d'), ran('docker compose down')],
    'kept',
    'The stack has been started.',
    'unbacked',
  ],
  [
    "I'll start the stack.",
    [ran('docker compose down && docker compose up -d')],
    'kept',
    'The stack has been started.',
    'backed',
  ],
  ["I'll create `a.ts`.", [write('/r/a.ts'), ran('rm a.ts')], 'kept', 'Created `a.ts`.', 'unbacked'],
  ["I'll create `a.ts`.", [write('/r/a.ts'), ran('rm b.ts')], 'kept', 'Created `a.ts`.', 'backed'],
]);

rows('which way a command line went, its output tells', [
  [
    suite,
    [ran('if npm test >/dev/null 2>&1; then echo PASS; else echo FAIL; fi', 'PASS')],
    'kept',
    passes,
    'backed',
  ],
  [
    suite,
    [ran('if npm test >/dev/null 2>&1; then echo PASS; else echo FAIL; fi', 'FAIL')],
    'attempted',
    passes,
    'contradicted',
  ],
  [suite, [ran('npm test >/dev/null 2>&1 && echo OK || echo BROKEN', 'OK')], 'kept', passes, 'backed'],
  [
    suite,
    [ran('npm test >/dev/null 2>&1 && echo OK || echo BROKEN', 'BROKEN')],
    'attempted',
    passes,
    'contradicted',
  ],
  [suite, [ran('npm test >/dev/null 2>&1 && echo OK || echo BROKEN', '')], 'open', passes, 'unbacked'],
  [
    "I'll push the branch.",
    [
      ran(
        'git push; git pull --rebase; git push',
        '! [rejected] a -> a\nerror: failed to push some refs\n  1a..2b  a -> a',
      ),
    ],
    'kept',
    'Pushed the branch.',
    'backed',
  ],
  [
    "I'll push the branch.",
    [
      ran(
        'git push; git pull --rebase; git push',
        '! [rejected] a -> a\nerror: failed to push some refs\nerror: failed to push some refs',
      ),
    ],
    'attempted',
    'Pushed the branch.',
    'contradicted',
  ],
  [
    "I'll push it.",
    [failed('git push', "The user doesn't want to proceed with this tool use.")],
    'open',
    'Pushed it.',
    'unbacked',
  ],
  ["I'll push it.", [failed('git push', '! [rejected] a -> a')], 'attempted', 'Pushed it.', 'contradicted'],
]);

rows('a fault of the code is not mended by a page about it', [
  [
    "I'll fix the memory leak.",
    [edit('/r/CHANGELOG.md', 'a', 'fix memory leak')],
    'open',
    'The memory leak is fixed.',
    'unbacked',
  ],
  [
    "I'll fix the memory leak.",
    [edit('/r/src/pool.ts', 'a', 'b')],
    'kept',
    'The memory leak is fixed.',
    'backed',
  ],
  [
    "I'll fix the typo in the guide.",
    [edit('/r/docs/guide.md', 'a', 'b')],
    'kept',
    'The typo is fixed.',
    'backed',
  ],
]);
