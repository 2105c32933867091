import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readEndpoint } from '../../sidecar/home/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { startRealSidecar } from '../kit/real-sidecar.ts';
import { until } from '../kit/until.ts';

const LINK = /^http:\/\/127\.0\.0\.1:(\d+)\/open\/[\w-]{32}$/m;

async function served() {
  const home = livelyHome();
  const sidecar = await startRealSidecar(home);
  onTestFinished(() => sidecar.stop());
  return home;
}

/** An opener that a person's desktop would have: writes down what it is told to open. */
function desktop(root: string, body: string): { PATH: string; opened: () => string } {
  const bin = join(root, 'bin');
  const told = join(root, 'opened');
  mkdirSync(bin);
  for (const name of ['xdg-open', 'open', 'wslview']) {
    writeFileSync(join(bin, name), `#!/bin/sh\nprintf '%s\\n' "$1" >>'${told}'\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return { PATH: `${bin}:${process.env.PATH}`, opened: () => readFileSync(told, 'utf8') };
}

describe('open', () => {
  test('--print prints a link alone, which opens the board once', async () => {
    const home = await served();
    const { code, stdout, stderr } = await holdfast(home, ['open', '--print']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd()).toMatch(
      new RegExp(LINK.source.replace('(\\d+)', String(readEndpoint(home)?.port))),
    );
    const first = await fetch(stdout.trim(), { redirect: 'manual' });
    expect(first.status).toBe(303);
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const board = await fetch(new URL('/', stdout.trim()), { headers: { cookie } });
    expect(await board.text()).toContain('<section id="now"');
    expect((await fetch(stdout.trim(), { redirect: 'manual' })).status).toBe(401);
    const other = await holdfast(home, ['open', '--print']);
    expect(other.stdout).not.toBe(stdout);
  });

  test('gives the link to the desktop, and prints none', async () => {
    const home = await served();
    const { PATH, opened } = desktop(home.root, 'exit 0');
    const { code, stdout } = await holdfast(home, ['open'], { env: { PATH } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'The board is in your browser.\n' });
    expect(await until('the desktop to be told', opened)).toMatch(LINK);
  });

  test('prints the link where nothing can be opened', async () => {
    const home = await served();
    const { PATH } = desktop(home.root, 'exit 3');
    const { code, stdout } = await holdfast(home, ['open'], { env: { PATH } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No browser could be opened/);
    expect(stdout).toMatch(LINK);
  });

  test('without a sidecar says what to do', async () => {
    const { code, stdout, stderr } = await holdfast(livelyHome(), ['open']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Start it with `holdfast start`.');
  });
});
