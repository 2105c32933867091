import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { holdfast, livelyHome } from './holdfast.ts';
import { callApi } from './real-sidecar.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A person whose systemd is the fake one; `claude` lies in a folder that only their PATH knows. */
export function personWithSystemd() {
  const home = livelyHome();
  writeFileSync(home.config, '{"server":{"port":0}}');
  const programs = join(home.root, 'programs of "mine" & 100%');
  mkdirSync(programs);
  symlinkSync(join(PACKAGE_ROOT, 'test', 'kit', 'fake-systemctl.mjs'), join(programs, 'systemctl'));
  writeFileSync(join(programs, 'claude'), '#!/bin/sh\n', { mode: 0o755 });
  const fake = join(home.root, 'fake-systemd');
  const cwd = temporaryFolder();
  const env = { PATH: `${programs}:${process.env.PATH}`, FAKE_SYSTEMD: fake };
  const say = (...args: string[]) => holdfast(home, args, { env, cwd });
  onTestFinished(async () => void (await say('service', 'remove')));
  const status = async () => JSON.parse((await say('service', 'status', '--json')).stdout);
  const health = async () => (await callApi<{ pid: number; instance: string }>(home, '/health')).body;
  return { home, programs, fake, project: cwd, say, status, health };
}
