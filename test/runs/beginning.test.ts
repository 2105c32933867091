import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { FAKE_CLAUDE, scene } from './runs-kit.ts';

describe('the set-up', () => {
  test('runs once before the first turn, in the worktree', async () => {
    const { begin, reach } = scene(['result']);
    const { id, directory } = await begin({ setup: 'echo ready; echo x >>ran' });
    expect(await reach(id, 'completed')).toMatchObject({ setupOutput: 'ready\n', command: null });
    expect(readFileSync(join(directory, 'ran'), 'utf8')).toBe('x\n');
  });

  test('that fails fails the run, with its output', async () => {
    const { begin, reach, turnsOf } = scene(['result']);
    const { id } = await begin({ setup: 'echo out; echo err >&2; exit 7' });
    expect(await reach(id, 'failed')).toMatchObject({
      reason: 'setup',
      detail: expect.stringContaining('ended with 7'),
      setupOutput: 'out\nerr\n',
      sessionId: null,
    });
    expect(turnsOf(id)).toEqual([]);
  });
});

test('the client that vanishes between preflight and spawn: the run says so', async () => {
  const folder = temporaryFolder();
  const claudePath = join(folder, 'claude');
  copyFileSync(FAKE_CLAUDE, claudePath);
  const { begin, reach } = scene(['result'], { limits: { claudePath } });
  const { id } = await begin({ setup: `rm ${claudePath}` });
  expect(await reach(id, 'failed')).toMatchObject({
    reason: 'crashed',
    detail: expect.stringContaining(claudePath),
  });
});

test('a step of the beginning that can never succeed fails the run, and says why', async () => {
  const deployHooks = async () => {
    throw new Error('the package lacks stop.sh');
  };
  const { begin, reach } = scene(['result'], { deployHooks });
  const { id } = await begin();
  expect(await reach(id, 'failed')).toMatchObject({ reason: 'setup', detail: 'the package lacks stop.sh' });
});
