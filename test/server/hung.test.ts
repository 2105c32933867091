import { describe, expect, test } from 'vitest';
import { pidExists } from '../../sidecar/machine/index.ts';
import { becomeSidecar } from '../../sidecar/server/become-sidecar.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { CLI, startRealSidecar } from '../kit/real-sidecar.ts';

/** A sidecar that holds the home and answers nothing, like one on a disk that hangs. */
async function hungSidecar(onEnd: (end: () => void) => void) {
  const home = livelyHome({ onEnd });
  const sidecar = await startRealSidecar(home);
  onEnd(() => void sidecar.child.kill('SIGKILL'));
  sidecar.child.kill('SIGSTOP');
  return { home, sidecar };
}

// They wait for limits of many seconds: at the same time, they wait once.
describe.concurrent('a sidecar that hangs', () => {
  test('start says so and exits 1, in bounded time', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const { home, sidecar } = await hungSidecar(onTestFinished);
    const { code, stderr, ms } = await holdfast(home, ['start'], { limitMs: 40_000 });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `Another sidecar (process ${sidecar.pid}) holds ${home.root} and does not answer.`,
    );
    expect(stderr).toContain('holdfast stop');
    expect(ms).toBeLessThan(30_000);
    expect(pidExists(sidecar.pid)).toBe(true);
  });

  test('stop ends it, and says that it had to', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const { home, sidecar } = await hungSidecar(onTestFinished);
    const { code, stdout, ms } = await holdfast(home, ['stop'], { limitMs: 40_000 });
    expect(code).toBe(0);
    expect(stdout).toContain(`Process ${sidecar.pid} did not answer and was ended.`);
    expect(ms).toBeLessThan(30_000);
    expect(pidExists(sidecar.pid)).toBe(false);
    expect(await holdfast(home, ['start'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('the patience of a start is its own to set', async ({ onTestFinished }) => {
    const { home } = await hungSidecar(onTestFinished);
    const launch = { node: process.execPath, cli: CLI };
    const began = Date.now();
    await expect(becomeSidecar({ home, recover: false, launch, patienceMs: 100 })).rejects.toMatchObject({
      code: 'SIDECAR_NOT_ANSWERING',
    });
    expect(Date.now() - began).toBeLessThan(10_000);
  });
});
