import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSidecarRecord } from '../../sidecar/home/index.ts';
import { pidExists } from '../../sidecar/machine/index.ts';
import { personWithSystemd } from '../kit/person-with-systemd.ts';
import { runProgram } from '../kit/run-program.ts';
import { until } from '../kit/until.ts';

const SLOW = { timeout: 60_000 };

describe('service', () => {
  test('without systemd says so in a sentence, and writes nothing', async () => {
    const { home, fake, say } = personWithSystemd();
    mkdirSync(fake);
    writeFileSync(join(fake, 'no-bus'), '');
    const { code, stdout, stderr } = await say('service', 'install');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'holdfast: There is no systemd of this user that could be asked (Failed to connect to bus: No medium found). Nothing was written.\n' +
        '  → Without a service, each Claude Code session starts the sidecar where none runs.\n',
    );
    expect(existsSync(join(home.root, '.config'))).toBe(false);
    expect(existsSync(home.unit)).toBe(false);
    const status = await say('service', 'status');
    expect(status).toMatchObject({ code: 1, stderr: '' });
    expect(status.stdout).toMatch(/not installed[\s\S]*cannot be asked: Failed to connect to bus/);
    expect(await say('service', 'remove')).toMatchObject({ code: 0, stderr: '' });
  });

  test('install, and start, stop, status and a crash agree with it', SLOW, async () => {
    const { home, programs, say, status, health } = personWithSystemd();
    // One that a session started: the unit's takes its place.
    await say('start');
    const before = (await health()).pid;
    const install = await say('service', 'install');
    expect(install).toMatchObject({ code: 0, stderr: '' });
    const first = (await health()).pid;
    expect(first).not.toBe(before);
    expect(install.stdout).toContain(`systemd runs the sidecar: process ${first} on port`);
    expect(install.stdout).not.toContain('No `claude`');
    expect(await status()).toMatchObject({
      installed: true,
      enabled: true,
      active: true,
      pid: first,
      sidecar: first,
    });
    const environment = readFileSync(`/proc/${first}/environ`, 'latin1').split('\0');
    expect(environment).toContain(`HOLDFAST_HOME=${home.root}`);
    expect(environment.find((line) => line.startsWith('PATH='))).toContain(programs);

    expect((await say('start')).stdout).toContain(`Already running: process ${first}`);
    expect((await say('service', 'install')).stdout).toContain('· The unit stands in');
    expect((await health()).pid).toBe(first);

    // A crash is none of the person's word.
    process.kill(first, 'SIGKILL');
    const second = await until('another one', async () => {
      const pid = readSidecarRecord(home)?.pid;
      return pid !== undefined && pid !== first && pidExists(pid) && pid;
    });
    await until('it to serve', async () => (await status()).sidecar === second);

    expect((await say('stop')).stdout).toContain(`Stopped: process ${second}`);
    expect(await status()).toMatchObject({ active: false, enabled: true, sidecar: null });
    expect((await say('start')).stdout).toMatch(/^Running: process/);
    const third = (await health()).pid;
    expect(await status()).toMatchObject({ active: true, pid: third, sidecar: third });

    expect((await say('config', 'set', 'storage.keepDays', '7')).stdout).toContain(
      'The sidecar was restarted',
    );
    const fourth = (await health()).pid;
    expect(await status()).toMatchObject({ active: true, pid: fourth });

    const removed = await say('service', 'remove');
    expect(removed).toMatchObject({ code: 0, stderr: '' });
    expect(removed.stdout).toContain(`Stopped the sidecar (process ${fourth}).`);
    expect(await status()).toMatchObject({ installed: false, enabled: false, active: false, sidecar: null });
    expect(existsSync(home.unit)).toBe(false);
    await say('start');
    expect(await status()).toMatchObject({ installed: false, active: false, sidecar: (await health()).pid });
    await say('stop');
  });

  test('stop --hold keeps it down through a login, until start', SLOW, async () => {
    const { home, programs, say, status } = personWithSystemd();
    await say('service', 'install');
    await say('stop', '--hold');
    const { file } = await status();
    // What systemd does at the next login.
    const env = { PATH: process.env.PATH, HOME: home.root, FAKE_SYSTEMD: join(home.root, 'fake-systemd') };
    const unit = file.split('/').at(-1);
    await runProgram(join(programs, 'systemctl'), { args: ['--user', 'start', unit], env });
    await until('it to have ended', async () => !(await status()).active);
    expect(existsSync(home.hold)).toBe(true);
    expect((await status()).sidecar).toBeNull();
    expect((await say('start')).code).toBe(0);
    expect(existsSync(home.hold)).toBe(false);
    expect(await status()).toMatchObject({ active: true });
  });

  test('a start that fails says why, also through the unit', SLOW, async () => {
    const { home, say, status } = personWithSystemd();
    await say('service', 'install');
    await say('stop');
    writeFileSync(home.config, '{"sever":1}');
    const { code, stderr } = await say('start');
    expect(code).toBe(1);
    expect(stderr).toContain('sever is not a known key; the nearest one is server.port');
    expect((await status()).sidecar).toBeNull();
  });
});
