import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { readSidecarRecord } from '../../sidecar/home/index.ts';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';

/** What a client gives the processes of one session, as seen. */
const OF_A_SESSION = [
  'CLAUDECODE',
  'CLAUDE_PID',
  'CLAUDE_PROJECT_DIR',
  'CLAUDE_ENV_FILE',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_MESSAGING_SOCKET',
  'CLAUDE_CODE_MESSAGING_TOKEN',
  'HOLDFAST_TURN',
];
/** What a person sets for every client: a turn that the sidecar starts needs it. */
const OF_THE_PERSON = ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CONFIG_DIR', 'PATH'];

/** A sidecar that says what a child of it would inherit, and leaves. */
const PROGRAM = `
  import { runSidecar } from ${JSON.stringify(pathToFileURL(join(PACKAGE_ROOT, 'dist/sidecar/server/index.js')))};
  import { homePaths } from ${JSON.stringify(pathToFileURL(join(PACKAGE_ROOT, 'dist/sidecar/home/index.js')))};
  import { execFileSync } from 'node:child_process';
  const home = homePaths(process.env.HOLDFAST_HOME);
  await runSidecar({ home, recover: false, launch: { node: process.execPath, cli: 'x' } }, ({ how }) => {
    const inherited = execFileSync(process.execPath, ['-p', 'JSON.stringify(Object.keys(process.env))']);
    console.log(JSON.stringify({ how, umask: process.umask(), inherited: JSON.parse(inherited) }));
    setImmediate(() => process.kill(process.pid, 'SIGTERM'));
  });
`;

test('a sidecar that a session started keeps nothing of that session for its children', async () => {
  const home = livelyHome();
  const given = Object.fromEntries(
    [...OF_A_SESSION, ...OF_THE_PERSON.slice(0, -1)].map((name) => [name, 'x']),
  );
  const { code, stdout } = await runProgram(process.execPath, {
    args: ['--input-type=module', '--eval', PROGRAM],
    env: cleanEnvironment(home, given),
  });
  expect(code).toBe(0);
  const { how, umask, inherited } = JSON.parse(stdout);
  expect(how).toBe('serving');
  expect(umask).toBe(0o077);
  expect(inherited.filter((name: string) => OF_A_SESSION.includes(name))).toEqual([]);
  expect(inherited).toEqual(expect.arrayContaining(OF_THE_PERSON));
});

test.runIf(process.platform === 'linux')(
  'a sidecar that a hook of a turn starts in the background does not carry the mark by which the turn is ended',
  async () => {
    const home = livelyHome();
    const { code } = await holdfast(home, ['start'], { env: { HOLDFAST_TURN: 'a-turn' } });
    expect(code).toBe(0);
    const environment = readFileSync(`/proc/${readSidecarRecord(home)?.pid}/environ`, 'latin1').split('\0');
    expect(environment).toContain(`HOLDFAST_HOME=${home.root}`);
    expect(environment.filter((line) => line.startsWith('HOLDFAST_TURN'))).toEqual([]);
  },
);
