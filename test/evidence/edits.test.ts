import { describe, expect, test } from 'vitest';
import { readCall, type ToolCall } from '../../sidecar/evidence/index.ts';
import { bash, edit, judged, write } from './calls.ts';

const cart = edit('/repo/src/cart.ts', 'if (item)', 'if (item != null)');

describe('an edit proves by path, sort of file and words', () => {
  test.each([
    [cart, 'fix|null check', undefined, 'did'],
    [cart, 'fix|null check', 'fix the null check in `cart.ts`', 'did it'],
    [cart, 'fix|null check', 'fix the null check in `order.ts`', 'nothing'],
    [cart, 'fix|padding', 'fix the padding in Card.css', 'nothing'],
    [cart, 'fix|cart', undefined, 'did it'],
    [cart, 'fix|login redirect', undefined, 'nothing'],
    [cart, 'fix|', undefined, 'did'],
    [cart, 'fix|src/cart.ts', undefined, 'did it'],
    [cart, 'fix|src/order.ts', undefined, 'nothing'],
    [cart, 'update|docs', undefined, 'nothing'],
    [cart, 'create|test', undefined, 'nothing'],
    [cart, 'remove|null check', undefined, 'nothing'],
    [cart, 'push|', undefined, 'nothing'],
    [edit('/repo/README.md', 'recieve', 'receive'), 'fix|typo', 'fix the typo in the README', 'did it'],
    [edit('/repo/README.md', 'recieve', 'receive'), 'update|docs', undefined, 'did'],
    [
      edit('/repo/CHANGELOG.md', '## Unreleased', '## Unreleased\n- zones'),
      'update|changelog',
      undefined,
      'did it',
    ],
    [edit('/repo/a.py', "print('DEBUG', job)\n", ''), 'remove|debug print', undefined, 'did it'],
    [edit('/repo/a.py', 'x = 1', 'x = 2'), 'remove|debug print', undefined, 'nothing'],
    [
      edit('/repo/lib/basket.rb', 'class Basket', 'class Basket < Base', false),
      'update|basket',
      undefined,
      'failed',
    ],
    [edit('/repo/package.json', '"zod": "^3.0.0"', '"zod": "^4.0.0"'), 'install|zod', undefined, 'did it'],
    [edit('/repo/package.json', '"zod": "^3.0.0"', '"zod": "^4.0.0"'), 'install|hono', undefined, 'nothing'],
    [
      edit('/repo/deploy/values-staging.yaml', 'replicas: 2', 'replicas: 3'),
      'update|helm values',
      undefined,
      'did',
    ],
    [edit('/repo/src/order-form.ts', 'a', 'b'), 'update|user form', undefined, 'nothing'],
    [write('/repo/tests/test_quotes.py'), 'create|regression test', undefined, 'did'],
    [write('/repo/src/quotes.py'), 'create|regression test', undefined, 'nothing'],
    [write('/repo/docs/adr/0012-queue.md'), 'create|adr', undefined, 'did it'],
    [write('/repo/scripts/cleanup.sh', 'rm -rf build/'), 'run|cleanup script', undefined, 'nothing'],
    [write('/repo/scripts/cleanup.sh', 'rm -rf build/'), 'remove|build folder', undefined, 'nothing'],
    [write('/repo/deploy.sh', 'git push'), 'push|', undefined, 'nothing'],
  ])('%j → %s (%s): %s', (call, claim, detail, expected) => {
    expect(judged(call, claim, detail)).toBe(expected);
  });
});

const commands: [string, boolean][] = [
  ['sed -i s/a/b/ src/a.ts', true],
  ['sed s/a/b/ src/a.ts', false],
  ['git checkout main', true],
  ['git checkout -b feat/x', false],
  ['git apply fix.patch', true],
  ['git apply --check fix.patch', false],
  ['git commit -am x', false],
  ['git push', false],
  ['npm test', false],
  ['npm run build > build.log', false],
  ['echo x > src/a.ts', true],
  ['echo x >> TODO.txt', false],
  ["cat > src/a.ts <<'X'\n1\nX", true],
  ['npx prettier --write src', true],
  ['npx prettier --check src', false],
  ['mv src/a.ts src/b.ts', true],
  ['rm src/a.ts', true],
  ['rm -rf dist', false],
  ['git stash list', false],
];

const calls: [ToolCall, boolean][] = [
  [cart, true],
  [edit('/repo/src/cart.ts', 'a', 'b', false), false],
  [edit('/repo/README.md', 'a', 'b'), false],
  [edit('/repo/docs/guide.ts', 'a', 'b'), false],
  [edit('/tmp/notes.ts', 'a', 'b'), false],
  [write('/repo/tests/a.test.ts'), true],
  [{ tool: 'Read', input: { file_path: '/repo/src/cart.ts' }, ok: true }, false],
  [{ tool: 'NotebookEdit', input: { notebook_path: '/repo/a.ipynb', new_source: 'x' }, ok: true }, true],
];

describe('what makes tests and builds stale', () => {
  test.each(commands)('%s: %s', (command, expected) => {
    expect(readCall(bash(command)).changesCode).toBe(expected);
  });

  test.each(calls)('%j: %s', (call, expected) => {
    expect(readCall(call).changesCode).toBe(expected);
  });
});
