import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepStatusLine } from '../../sidecar/server/keep-status-line.ts';
import { openedRooms } from '../kit/opened-rooms.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';

function kept() {
  const { home, remove } = temporaryHome();
  onTestFinished(remove);
  const facts = { promisesOpen: 1, guardsLoud: 2, queue: 3 };
  const warnings: string[] = [];
  const clock = { now: 0 };
  const line = keepStatusLine({
    ...{ file: home.statusLine, facts: () => facts, pid: 77 },
    warn: (what) => warnings.push(what),
    steady: () => clock.now,
  });
  const refresh = () => {
    clock.now += 1_000;
    line.refresh();
  };
  return { file: home.statusLine, facts, warnings, clock, line, refresh };
}

test('the line is written whole when it says something new, and is gone with the sidecar', () => {
  const { file, facts, line, refresh } = kept();
  refresh();
  expect(readFileSync(file, 'utf8')).toBe('77 1 2 3\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { ino } = statSync(file);
  refresh();
  expect(statSync(file).ino).toBe(ino); // The same words: nothing was written.
  facts.promisesOpen = 0;
  refresh();
  expect(readFileSync(file, 'utf8')).toBe('77 0 2 3\n');
  line.stop();
  expect(existsSync(file)).toBe(false);
  line.stop();
});

test('a storm of events is counted once', () => {
  const { file, facts, clock, line, refresh } = kept();
  refresh();
  facts.queue = 4;
  clock.now += 10;
  line.refresh();
  expect(readFileSync(file, 'utf8')).toBe('77 1 2 3\n');
  refresh();
  expect(readFileSync(file, 'utf8')).toBe('77 1 2 4\n');
});

test('what cannot be written is said once, and tried again', () => {
  const { file, warnings, refresh, facts } = kept();
  rmSync(dirname(file), { recursive: true });
  refresh();
  refresh();
  expect(warnings).toHaveLength(1);
  facts.queue = 9;
  refresh();
  expect(warnings).toHaveLength(1);
});

test('the sidecar’s own line counts the open promises', async () => {
  const { home, post } = openedRooms({ 'attention.lookSeconds': 1 });
  expect(home.statusLine).toBe(join(home.state, 'status-line'));
  await until('the line', () => existsSync(home.statusLine));
  await post('/commitments', { topicId: '/p', verb: 'push' });
  await until('the promise in it', () =>
    readFileSync(home.statusLine, 'utf8').startsWith(`${process.pid} 1 `),
  );
});
