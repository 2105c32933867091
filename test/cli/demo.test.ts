import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { holdfast, livelyHome } from '../kit/holdfast.ts';

it('demo shows a promise, its keeping, a contradicted claim and what the agent reads of them', async () => {
  const home = livelyHome();
  const { code, stdout, stderr } = await holdfast(home, ['demo'], { env: { TMPDIR: home.root } });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const told = stdout.split('\n').flatMap((line) => (line.startsWith('  │ ') ? [line.slice(4)] : []));
  expect(told).toEqual([
    'Said to be done, and contradicted by the tool calls of this session:',
    '- "All tests pass.": The last call that could have done it failed: npm test',
    'Open promises in the Holdfast ledger, oldest first:',
    '- update changelog (said 0 min ago): "Next I will update the changelog."',
    'A tool call that does it closes a promise; saying that it will not be done withdraws it.',
  ]);
  expect(stdout).toMatch(
    /^ {2}kept +“I’ll push the branch now\.”\n +by: git push .*\[masked:url-password\]@/m,
  );
  expect(stdout).toMatch(/^ {2}open +“Next I will update the changelog\.”$/m);
  expect(stdout).toMatch(/^ {2}backed +“I fixed the rounding\.”\n +Done by: Edit src\/app\.ts$/m);
  expect(stdout).toMatch(/^ {2}contradicted +“All tests pass\.”$/m);
  expect(stdout.match(/from the spool/g)).toHaveLength(3);
  expect(stdout).toMatch(/token in its command is stored as: git push https:\/\/ci:\[masked:url-password\]@/);
  expect(stdout).toMatch(/✓ every event is there, once: (\d+) of \1\. Nothing is left behind\./);
  expect(stdout).not.toContain('✗');
  expect(readdirSync(home.root).filter((name) => name.startsWith('holdfast-demo-'))).toEqual([]);
});
