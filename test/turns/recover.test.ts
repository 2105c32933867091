import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identifyProcess } from '../../sidecar/machine/index.ts';
import { startClient } from '../../sidecar/turns/start-client.ts';
import { claimStart, startedProcess, turnFiles, writeStartingFiles } from '../../sidecar/turns/turn-files.ts';
import { until } from '../kit/until.ts';
import { type OpenedTurns, openedTurns, processesOfTurns } from './turns-kit.ts';

/** The turn as a sidecar leaves it that was killed right after its commit. */
function begunOnly(script: string): OpenedTurns & { id: string; spawnClient: () => Promise<number | null> } {
  const opened = openedTurns();
  const { store, turns, request, home, folder } = opened;
  const asked = request(script);
  const { id } = store.write(() => turns.begin(asked));
  const files = turnFiles(home, id);
  function spawnClient(): Promise<number | null> {
    writeStartingFiles(files, asked.prompt, '{}');
    const environment = { PATH: process.env.PATH, HOME: folder };
    const child = startClient({ id, request: asked, files, home: home.root, umask: 0o022, environment });
    return new Promise((resolve) => child.once('exit', resolve));
  }
  return { ...opened, id, spawnClient };
}

describe('a turn that was spawning when its sidecar went', () => {
  test('and has no process is crashed: it was never started', async () => {
    const left = begunOnly('result');
    left.turns.close();
    const next = openedTurns({}, left);
    next.turns.recover();
    expect(next.turns.one(left.id)).toMatchObject({
      state: 'crashed',
      pid: null,
      error: { class: 'never_started', text: 'The sidecar ended before the client was started' },
    });
    expect(next.ended.map(({ id }) => id)).toEqual([left.id]);
  });

  test('and whose wrapper comes late never starts the client any more', async () => {
    const left = begunOnly('touch started; result');
    left.turns.close();
    const next = openedTurns({}, left);
    next.turns.recover();
    expect(await left.spawnClient()).toBe(75);
    expect(existsSync(join(left.folder, 'started'))).toBe(false);
    expect(readFileSync(turnFiles(left.home, left.id).stream, 'utf8')).toBe('');
  });

  test('and whose process runs is followed to its end', async () => {
    const left = begunOnly('events 2; pause 0.3; events 2; result');
    const exited = left.spawnClient();
    await until('the claim', () => existsSync(turnFiles(left.home, left.id).claim));
    left.turns.close();
    const next = openedTurns({}, left);
    next.turns.recover();
    const turn = await next.end({ ...left.request(''), id: left.id } as never);
    expect(turn).toMatchObject({ state: 'clean', events: 6, pid: expect.any(Number) });
    expect(await exited).toBe(0);
    expect(next.ended).toEqual([turn]);
  });

  test('and whose process came and went is closed from what the file says', async () => {
    const left = begunOnly('events 2; result Gone.');
    expect(await left.spawnClient()).toBe(0);
    left.turns.close();
    const next = openedTurns({}, left);
    next.turns.recover();
    expect(next.turns.one(left.id)).toMatchObject({ state: 'clean', events: 4, text: 'Gone.' });
    const { id } = left;
    expect(readdirSync(left.home.turns).sort()).toEqual([`${id}.ndjson`, `${id}.stderr`]);
  });

  test('in one race has one winner, wrapper or sidecar, and both know which', async () => {
    const { home, folder, request } = openedTurns();
    const tally = { wrapper: 0, sidecar: 0 };
    for (let round = 0; round < 40; round++) {
      const id = randomUUID();
      const files = turnFiles(home, id);
      const asked = request('result', { claude: '/bin/true' });
      writeStartingFiles(files, '', '{}');
      const environment = { PATH: process.env.PATH };
      const child = startClient({ id, request: asked, files, home: home.root, umask: 0o022, environment });
      const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
      await new Promise((resolve) => setTimeout(resolve, round % 8));
      const isOurs = claimStart(files);
      if (!isOurs)
        expect(startedProcess(files)).toMatchObject({ pid: child.pid, processStart: expect.any(String) });
      expect(await exited).toBe(isOurs ? 75 : 0);
      tally[isOurs ? 'sidecar' : 'wrapper']++;
    }
    expect(tally.wrapper + tally.sidecar).toBe(40);
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
  });
});

describe('a turn that was running when its sidecar went', () => {
  test('goes on under the next one from the stored offset', async () => {
    const first = openedTurns();
    const begun = first.start('events 10 0.05; result');
    await until('some events', () => (first.turns.one(begun.id)?.events ?? 0) > 3);
    first.turns.close();
    const stored = first.turns.one(begun.id)?.events ?? 0;
    const next = openedTurns({}, first);
    next.turns.recover();
    const turn = await next.end(begun);
    expect(stored).toBeLessThan(12);
    expect(turn).toMatchObject({ state: 'clean', events: 12, toolCalls: 10 });
  });

  test('and whose pid belongs to another process by now is closed from what the file says', async () => {
    const first = openedTurns();
    const begun = first.start('events 1; hang');
    const { pid } = await until('its process', () => {
      const turn = first.turns.one(begun.id);
      return turn?.events === 2 && turn;
    });
    first.turns.close();
    process.kill(Number(pid), 'SIGKILL');
    await until('its end', () => !processesOfTurns(first.store).includes(Number(pid)));
    const { pid: other, bootId } = identifyProcess(process.pid);
    first.store.db.prepare('UPDATE turns SET pid = ?, boot_id = ? WHERE id = ?').run(other, bootId, begun.id);

    const next = openedTurns({}, first);
    next.turns.recover();

    expect(await next.end(begun)).toMatchObject({ state: 'crashed', events: 2 });
    expect(processesOfTurns(first.store)).toEqual([]);
  });

  test('and that was being ended is ended for the same reason, and is no crash', async () => {
    const first = openedTurns({ killAfterMs: 60_000 });
    const begun = first.start('deaf; events 1; hang');
    await until('its events', () => first.turns.one(begun.id)?.events === 2);
    void first.turns.stop(begun.id);
    const ending = first.store.db.prepare<[], string | null>('SELECT ending FROM turn_leases').pluck();
    await until('the decision', () => ending.get() === 'aborted');
    first.turns.close();

    const next = openedTurns({ killAfterMs: 200 }, first);
    next.turns.recover();

    expect(await next.end(begun)).toMatchObject({ state: 'aborted' });
    expect(processesOfTurns(first.store)).toEqual([]);
  });
});

test('what a killed sidecar left of turns that have ended is taken away at the next start', async () => {
  const { home, play, turns } = openedTurns();
  const { id } = await play('result');
  for (const ending of ['.in', '.settings.json', '.pid'])
    writeFileSync(join(home.turns, id + ending), 'left');
  turns.recover();
  expect(readdirSync(home.turns).sort()).toEqual([`${id}.ndjson`, `${id}.stderr`]);
});
