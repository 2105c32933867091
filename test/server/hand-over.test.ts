import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { pidExists } from '../../sidecar/machine/index.ts';
import { deployHooks } from '../../sidecar/setup/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { packageOf, setVersion } from '../kit/package-of.ts';
import { callApi, cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { until } from '../kit/until.ts';

type Health = { pid: number; version: string };

async function serving(version: string) {
  const home = livelyHome();
  writeFileSync(home.config, '{"server":{"port":0}}\n');
  deployHooks(home);
  const cli = packageOf(version);
  expect(await holdfast(home, ['start'], { cli })).toMatchObject({ code: 0, stderr: '' });
  return { home, cli, before: await health(home) };
}

const health = async (home: HomePaths) => (await callApi<Health>(home, '/health')).body;

/** One event by the deployed script, as the client runs it. */
function send(home: HomePaths, script: string, body: object) {
  const file = join(home.hooks, script);
  return runProgram(file, { env: cleanEnvironment(home), input: JSON.stringify(body) });
}

const begins = (session: string) => ({
  session_id: session,
  hook_event_name: 'SessionStart',
  source: 'startup',
  cwd: '/p',
});

test('what the newer one upgraded, the next session tells its person: in one line, and once', async () => {
  const { home, cli } = await serving('1.0.0');
  await callApi(home, '/migrate'); // The older one has been through its own steps.
  const start = async (session: string) => {
    const { stdout } = await send(home, 'session-start.sh', begins(session));
    return stdout.trim() === '' ? {} : (JSON.parse(stdout) as { systemMessage?: string });
  };
  expect(await start('s1')).toEqual({});
  setVersion(cli, '1.1.0');
  expect(await start('s2')).toEqual({});
  await until(
    'the newer one to serve',
    async () => (await health(home).catch(() => null))?.version === '1.1.0',
  );
  await callApi(home, '/migrate'); // Its steps are over; reading tells nobody.
  const { systemMessage, ...rest } = (await start('s3')) as { systemMessage: string };
  expect(systemMessage).toMatch(
    /^Holdfast: Upgraded from 1\.0\.0 to 1\.1\.0: \d changed, \d left as you have them\. `holdfast migrate`/,
  );
  expect(systemMessage).not.toContain('\n');
  expect(rest).toEqual({});
  expect(await start('s4')).toEqual({});
});

describe('a package that was replaced under the sidecar that runs it', () => {
  test('takes over when the next session begins, and no event is lost or kept twice', async () => {
    const { home, cli, before } = await serving('1.0.0');
    await send(home, 'session-start.sh', begins('s1'));
    setVersion(cli, '1.1.0');
    // A session that goes on asks nobody.
    await send(home, 'post-tool-use.sh', { session_id: 's1', tool_name: 'Read', tool_use_id: 't', n: 0 });
    expect((await health(home)).pid).toBe(before.pid);

    await send(home, 'session-start.sh', begins('s2'));
    let sent = 0;
    await until('the newer one to serve', async () => {
      sent++;
      await send(home, 'pre-tool-use.sh', { session_id: 's1', tool_name: 'Read', tool_use_id: `t${sent}` });
      const now = await health(home).catch(() => null);
      return now?.version === '1.1.0';
    });
    expect(pidExists(before.pid)).toBe(false);
    await send(home, 'session-end.sh', { session_id: 's1', reason: 'other' });

    const ids = await until('every event', async () => {
      const { body } = await callApi<{ events: { id: string; event: string; sessionId: string }[] }>(
        home,
        '/events?after=0&limit=1000',
      );
      return body.events.length >= sent + 4 && body.events.map(({ id }) => id);
    });
    expect(ids).toHaveLength(sent + 4);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('that is no newer changes nothing, and neither does one that is half there', async () => {
    const { home, cli, before } = await serving('1.0.0');
    for (const version of ['1.0.0', '0.9.0']) {
      setVersion(cli, version);
      await send(home, 'session-start.sh', begins(`s-${version}`));
    }
    setVersion(cli, '2.0.0');
    const main = join(dirname(cli), 'main.js');
    renameSync(main, `${main}.gone`); // As npm leaves it for a moment.
    await send(home, 'session-start.sh', begins('s-half'));
    const log = () => readFileSync(join(home.logs, 'sidecar.ndjson'), 'utf8');
    await until('the failed start', () => log().includes('the newer package could not be started'));
    expect(await health(home)).toMatchObject({ pid: before.pid, version: '1.0.0' });
    // Whole again, the next session hands over.
    renameSync(`${main}.gone`, main);
    await send(home, 'session-start.sh', begins('s-whole'));
    await until('the newer one to serve', async () => {
      const now = await health(home).catch(() => null);
      return now?.version === '2.0.0';
    });
  });
});
