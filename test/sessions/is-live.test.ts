import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processStart } from '../../sidecar/machine/index.ts';
import { type Given, ledger } from '../kit/ledger.ts';

describe('a session that said no farewell', () => {
  it('is over when its process is gone, and lives while that one runs', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const pid = Number(child.pid);
    const { sessions } = begun({ client: { pid, processStart: processStart(pid) } });
    expect(sessions.isLive('s1')).toBe(true);

    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(sessions.isLive('s1')).toBe(false);
  });

  it('is over when its pid is another process now', () => {
    const { sessions } = begun({ client: { pid: process.pid, processStart: 'long ago' } });
    expect(sessions.isLive('s1')).toBe(false);
  });

  it('lives where nobody knows its process', () => {
    expect(begun({ client: null }).sessions.isLive('s1')).toBe(true);
  });
});

it('a session that nobody knows is not live, nor is one that ended', () => {
  const { sessions, take } = begun({ client: { pid: process.pid, processStart: processStart(process.pid) } });
  take('SessionEnd', { session_id: 's1', reason: 'other' });
  expect(sessions.isLive('s1')).toBe(false);
  expect(sessions.isLive('nobody')).toBe(false);
});

function begun(given: Given) {
  const opened = ledger();
  opened.take('SessionStart', { session_id: 's1', source: 'startup', cwd: '/' }, given);
  return opened;
}
