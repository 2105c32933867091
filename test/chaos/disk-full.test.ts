import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { callApi } from '../kit/real-sidecar.ts';
import { until } from '../kit/until.ts';
import { bodyOf } from './events.ts';
import { chaosOptions, chaosTimeout, seeded } from './options.ts';
import { endProcessesOf } from './our-processes.ts';
import { packageCopy } from './package-copy.ts';
import {
  HOOK_EVENTS,
  holdStarts,
  launchSidecar,
  runHook,
  type SidecarProcess,
  startServing,
} from './sidecar-process.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';
import { countMarkers, ledgerFaults, readStoppedLedger, spooledNames } from './stopped-ledger.ts';

const options = chaosOptions('disk-full', 4);
const timeout = chaosTimeout(options, 20_000);
const pack = packageCopy();
afterAll(pack.remove);

type Scene = { disk: SmallDisk; acknowledged: Set<string>; start: () => Promise<SidecarProcess> };

/** Plays on a small disk, and checks afterwards that what was acknowledged is all there. */
async function onSmallDisk(skip: (why: string) => void, play: (scene: Scene) => Promise<SidecarProcess>) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-disk-'));
  const disk = await smallDisk(folder, 12);
  const started: SidecarProcess[] = [];
  try {
    if ('why' in disk) {
      console.log(`not run: a full disk needs a mount of its own (${disk.why})`);
      return skip(disk.why);
    }
    mkdirSync(disk.outside.root, { mode: 0o700 });
    writeFileSync(disk.outside.config, '{"server":{"port":0}}\n');
    const acknowledged = new Set<string>();
    const start = async () => {
      const sidecar = await startServing(pack, disk.home, { through: disk.through });
      started.push(sidecar);
      holdStarts(disk.outside);
      return sidecar;
    };
    const last = await play({ disk, acknowledged, start });
    await until('the spool to be drained', () => spooledNames(disk.outside).length === 0);
    expect(readdirSync(disk.outside.rejected)).toEqual([]);
    await last.kill('SIGTERM');
    readStoppedLedger(disk.outside, (db) => {
      expect(ledgerFaults(db)).toEqual([]);
      const counts = countMarkers(db);
      expect([...acknowledged].filter((marker) => counts.get(marker) !== 1)).toEqual([]);
      expect([...counts.values()].filter((times) => times !== 1)).toEqual([]);
    });
    options.report({ acknowledged: acknowledged.size });
  } finally {
    for (const sidecar of started) await sidecar.kill();
    if (!('why' in disk)) {
      await endProcessesOf(disk.home);
      await disk.remove(); // Then the folder: without it a late start would make a home of that name outside.
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

async function post({ disk, acknowledged }: Scene, marker: string, bytes = 20_000) {
  const body = bodyOf('PreToolUse', 'disk', marker, { filler: 'z'.repeat(bytes) });
  const answer = await callApi<{ error?: Record<string, string> }>(disk.outside, '/hook/PreToolUse', {
    method: 'POST',
    body,
    headers: { 'x-holdfast-event': marker },
  });
  if (answer.status === 200) acknowledged.add(marker);
  return answer;
}

/** Posts until there is no room: first the pages that the log has already, then none. */
async function postUntilFull(scene: Scene, round: string): Promise<void> {
  for (let n = 0; n < 2_000; n++) {
    const { status, body } = await post(scene, `${round}-${n}`);
    if (status === 200) continue;
    expect(status).toBe(507);
    expect(['STORAGE_FULL', 'STORAGE_UNWRITABLE']).toContain(body.error?.code);
    expect(body.error).toMatchObject({
      message: expect.stringMatching(/\S/),
      hint: expect.stringMatching(/\S/),
    });
    return;
  }
  throw new Error('the disk never got full');
}

async function everyHookExits0({ disk }: Scene): Promise<void> {
  for (const event of HOOK_EVENTS) {
    const ended = await runHook(pack, disk.home, event, bodyOf(event, 'disk', `full-${event}`), disk.through);
    expect(ended, event).toMatchObject({ code: 0, signal: null, stderr: '' });
  }
  // A spool on the same disk takes nothing either; but what is in it is whole.
  for (const name of spooledNames(disk.outside))
    expect(readFileSync(join(disk.outside.spool, name), 'utf8')).toMatch(/^holdfast-spool 1 .*\n\{.*\}$/s);
}

test(
  'a full disk is answered with 507, and with room again the next event is stored',
  { timeout },
  ({ skip }) =>
    seeded('disk-full', options, () =>
      onSmallDisk(skip, async (scene) => {
        const sidecar = await scene.start();
        for (let round = 0; round < options.rounds; round++) {
          for (let n = 0; n < 20; n++)
            expect(await post(scene, `before-${round}-${n}`)).toMatchObject({ status: 200 });
          // With a little room left the disk gets full in the middle of a commit, and not before it.
          scene.disk.fill(round % 2 === 0 ? 0 : 150_000);
          await postUntilFull(scene, `round-${round}`);
          await everyHookExits0(scene);
          expect(await callApi(scene.disk.outside, '/events?last=1')).toMatchObject({ status: 200 });
          expect(sidecar.isAlive()).toBe(true);
          scene.disk.unfill();
          expect(await post(scene, `after-${round}`)).toMatchObject({ status: 200, body: {} });
        }
        return sidecar;
      }),
    ),
);

test(
  'killed on a full disk, it starts again when there is room, with all that was acknowledged',
  {
    timeout,
  },
  ({ skip }) =>
    seeded('disk-full', options, () =>
      onSmallDisk(skip, async (scene) => {
        const { disk } = scene;
        const sidecar = await scene.start();
        disk.fill(300_000);
        await postUntilFull(scene, 'full');
        await sidecar.kill();
        // Nothing can be promised of a start without room, but that it says so, and breaks nothing.
        const attempt = launchSidecar(pack, disk.home, { through: disk.through });
        if (await attempt.served) await attempt.kill();
        else {
          expect(await attempt.ended).toMatchObject({ code: 1 });
          expect(attempt.printed().stderr).toMatch(/full|cannot be (made or )?written|no space/i);
        }
        disk.unfill();
        expect(existsSync(disk.outside.database)).toBe(true);
        const next = await scene.start();
        expect(await post(scene, 'after')).toMatchObject({ status: 200 });
        return next;
      }),
    ),
);
