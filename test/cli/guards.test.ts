import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { until } from '../kit/until.ts';

test('guards and attention: quiet, then loud, then acknowledged', { timeout: 120_000 }, async () => {
  const home = livelyHome({ made: true });
  writeFileSync(home.config, JSON.stringify({ server: { port: 0 }, attention: { lookSeconds: 1 } }));
  expect((await holdfast(home, ['guards'])).stderr).toMatch(/No sidecar answers/);
  await holdfast(home, ['start']);

  const quiet = await holdfast(home, ['guards']);
  expect(quiet).toMatchObject({ code: 0, stdout: expect.stringMatching(/none is loud/) });
  expect((await holdfast(home, ['attention'])).stdout).toBe('Nothing asks for attention.\n');
  expect((await holdfast(home, ['status'])).stdout).toMatch(/^attention +nothing asks for it$/m);

  writeFileSync(home.overflow, '');
  const loud = await holdfast(home, ['guards']);
  expect(loud.code).toBe(1);
  expect(loud.stdout).toMatch(/^spool {2}on-blind\n {2}why {9}The spool was full[^\n]*\n {2}what to do/);
  expect(loud.stdout).toMatch(/1 loud\n$/);
  expect(JSON.parse((await holdfast(home, ['guards', '--json'])).stdout).summary.loud).toBe(1);

  const items = async () => JSON.parse((await holdfast(home, ['attention', '--json'])).stdout).items;
  const [item] = await until('the notice', async () => (await items()).length > 0 && items());
  expect((await holdfast(home, ['attention'])).stdout).toMatch(
    /^open {2}spool is on, and does not protect\n/,
  );
  expect((await holdfast(home, ['status'])).stdout).toMatch(/^attention +spool is on, and does not protect/m);
  const status = JSON.parse((await holdfast(home, ['status', '--json'])).stdout);
  expect(status.attention).toEqual([{ id: item.id, guard: 'spool', kind: 'loud', title: item.title }]);

  expect(await holdfast(home, ['attention', 'ack', item.id])).toMatchObject({
    code: 0,
    stdout: 'acknowledged: spool is on, and does not protect\n',
  });
  expect((await holdfast(home, ['status'])).stdout).toMatch(/nothing asks for it/);
  expect(await holdfast(home, ['attention', 'ack', 'x'])).toMatchObject({ code: 1 });
  expect((await holdfast(home, ['attention', 'ack'])).stderr).toMatch(/it knows `ack ID` alone/);
  expect((await holdfast(home, ['stop'])).code).toBe(0);
});
