import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  bootId,
  compareVersions,
  identifyProcess,
  isSameProcess,
  networkFilesystem,
  PACKAGE_ROOT,
  pidExists,
  processStart,
  VERSION,
} from '../../sidecar/machine/index.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { until } from '../kit/until.ts';

/** A process that waits until it is ended. */
function sleeper(program = 'sleep'): number {
  const child = spawn(program, ['60'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid as number;
}

async function endedPid(): Promise<number> {
  const child = spawn('true', { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid as number;
}

describe('the identity of a process', () => {
  test('is pid, start and boot, and stays the same while it lives', () => {
    const pid = sleeper();
    const identity = identifyProcess(pid);
    expect(identity).toEqual({ pid, processStart: expect.any(String), bootId: bootId() });
    expect(identifyProcess(pid)).toEqual(identity);
    expect(isSameProcess(identity)).toBe(true);
  });

  test('is another one for the same pid with another start, or of another boot', () => {
    const identity = identifyProcess(sleeper());
    expect(isSameProcess({ ...identity, processStart: '1' })).toBe(false);
    expect(isSameProcess({ ...identity, bootId: '00000000-0000-0000-0000-000000000000' })).toBe(false);
  });

  test('is unknown where a part is: that never proves a death, nor that it is the same', () => {
    const identity = identifyProcess(sleeper());
    expect(isSameProcess({ ...identity, processStart: null })).toBeNull();
    expect(isSameProcess({ ...identity, bootId: null })).toBe(true);
  });

  test('of a process that is gone is false, whatever is known of it', async () => {
    const pid = await endedPid();
    expect(pidExists(pid)).toBe(false);
    expect(processStart(pid)).toBeNull();
    expect(isSameProcess({ pid, processStart: '1', bootId: bootId() })).toBe(false);
    expect(isSameProcess({ pid, processStart: null, bootId: null })).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')(
    'of one that ended, and that nobody asks for, is that it is gone',
    async () => {
      // The child of a program that never waits: what an orphan is in a container without an init.
      const parent = spawn('bash', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      onTestFinished(() => void parent.kill('SIGKILL'));
      const [printed] = await once(parent.stdout, 'data');
      const identity = identifyProcess(Number(printed));
      expect(isSameProcess(identity)).toBe(true);
      const stateOf = () => readFileSync(`/proc/${identity.pid}/stat`, 'latin1').split(') ').at(-1)?.[0];
      await until('it to end', () => stateOf() === 'Z');
      expect(pidExists(identity.pid)).toBe(false);
      expect(isSameProcess(identity)).toBe(false);
    },
  );

  test('of a process of another user is that it exists', () => {
    expect(pidExists(1)).toBe(true);
  });

  test.skipIf(process.platform !== 'linux')('is read past a name with spaces and parentheses', () => {
    const odd = join(temporaryFolder(), 'a) R 1 (b');
    copyFileSync(['/bin/sleep', '/usr/bin/sleep'].find(existsSync) ?? '', odd);
    chmodSync(odd, 0o755);
    const pid = sleeper(odd);
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ');
    expect(processStart(pid)).toBe(fields?.[19]);
    expect(Number(processStart(pid))).toBeGreaterThan(0);
  });
});

describe('versions', () => {
  test.each([
    ['1.0.0', '1.0.0', 0],
    ['1.0.0', '1.0.1', -1],
    ['1.2.0', '1.10.0', -1],
    ['2.0.0', '1.99.99', 1],
    ['0.1.0', '0.1', 0],
    ['1.0.0-beta.2', '1.0.0', 0],
    ['1.0.0+build', '1.0.0', 0],
    ['3.51.2', '3.51.3', -1],
    ['22.14.0', '22.9.9', 1],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
    expect(Math.sign(compareVersions(b, a))).toBe(-sign || 0);
  });

  test('ours is that of the package', () => {
    const file = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'));
    expect(VERSION).toBe(file.version);
  });
});

describe('the filesystem', () => {
  test('of a local directory is no network one', () => {
    expect(networkFilesystem(temporaryFolder())).toBeNull();
    expect(networkFilesystem(PACKAGE_ROOT)).toBeNull();
  });

  test('of a directory that does not exist proves nothing', () => {
    expect(networkFilesystem('/nowhere/at/all')).toBeNull();
  });
});
