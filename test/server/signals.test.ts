import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { livelyHome } from '../kit/holdfast.ts';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';

const moduleOf = (room: string) =>
  JSON.stringify(pathToFileURL(join(PACKAGE_ROOT, 'dist/sidecar', room, 'index.js')));

/** A sidecar that is sent signals in the very moment in which it says that it serves. */
const program = (signals: string[]) => `
  import { runSidecar } from ${moduleOf('server')};
  import { homePaths } from ${moduleOf('home')};
  const home = homePaths(process.env.HOLDFAST_HOME);
  await runSidecar({ home, recover: false, launch: { node: process.execPath, cli: 'x' } }, ({ how }) => {
    console.log(how);
    for (const signal of ${JSON.stringify(signals)}) process.kill(process.pid, signal);
    if (${JSON.stringify(signals)}.length === 1) setTimeout(() => process.kill(process.pid, 'SIGTERM'), 50);
  });
`;

test.each([[['SIGTERM', 'SIGHUP']], [['SIGINT', 'SIGHUP']], [['SIGHUP']]])(
  'a sidecar that gets %j in the moment in which it serves leaves in order, when it is asked',
  async (signals) => {
    const home = livelyHome();
    const { code, signal, stdout, stderr } = await runProgram(process.execPath, {
      args: ['--input-type=module', '--eval', program(signals)],
      env: cleanEnvironment(home),
    });
    expect({ code, signal, stdout, stderr }).toEqual({
      code: 0,
      signal: null,
      stdout: 'serving\n',
      stderr: '',
    });
    expect(existsSync(home.endpoint)).toBe(false);
  },
);
