import { existsSync, linkSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { machineId } from '../../sidecar/machine/index.ts';
import { claimantIsGone, myself } from '../../sidecar/resume/claimant.ts';
import { endGeneration } from '../../sidecar/resume/end-generation.ts';
import { readLockFile } from '../../sidecar/resume/lock-file.ts';
import { lockText } from '../../sidecar/resume/lock-text.ts';
import { endedPid, heldBy, lockScene, MINUTE } from './lock-scene.ts';

const STALE = 6 * MINUTE;

function generationOf(file: string) {
  const found = readLockFile(file);
  if (found.kind !== 'file') throw new Error(`${file} is no file`);
  return found;
}

async function deadClaim() {
  return lockText({ ...myself('dead'), pid: await endedPid(), processStart: '1' });
}

test('a claim whose holder died is taken at once, however many died one after the other', async () => {
  const scene = lockScene({ alive: false });
  scene.leave({}, STALE);
  let claimed = scene.path;
  for (const depth of [1, 2, 3]) {
    const claim = `${scene.path}.claim-${generationOf(claimed).generation}`;
    writeFileSync(claim, `${(await deadClaim()).trim()}${' '.repeat(depth)}\n`);
    claimed = claim;
  }
  expect(heldBy(await scene.acquire()).how).toBe('reclaimed');
  expect(scene.names()).toEqual(['resume-queue.lock']);
});

test('a claim whose holder lives is left alone', async () => {
  const scene = lockScene({ alive: false });
  scene.leave({}, STALE);
  const claim = `${scene.path}.claim-${generationOf(scene.path).generation}`;
  writeFileSync(claim, lockText(myself('alive')));
  expect(await scene.acquire()).toMatchObject({ held: false, reason: 'lock-lost-race' });
  expect(scene.names()).toHaveLength(2);
});

test('a holder that lets go while another takes its lock leaves it to that one', async () => {
  const scene = lockScene();
  const lock = heldBy(await scene.acquire());
  writeFileSync(`${scene.path}.claim-${generationOf(scene.path).generation}`, lockText(myself('taker')));
  expect(lock.release()).toBe(false);
  expect(existsSync(scene.path)).toBe(true);
});

test('what is done with a claim in hand is done to the judged file alone', () => {
  const scene = lockScene();
  scene.leave('one', 0);
  const judged = generationOf(scene.path);
  writeFileSync(`${scene.path}.other`, 'one');
  renameSync(`${scene.path}.other`, scene.path); // The same bytes in another file.
  const done: string[] = [];
  expect(endGeneration(scene.path, scene.path, judged, () => done.push('acted'))).toBe(false);
  expect(done).toEqual([]);
});

test('an error in between leaves no claim behind', () => {
  const scene = lockScene();
  scene.leave('one', 0);
  const failing = () => linkSync('/nowhere/at/all', scene.path);
  expect(() => endGeneration(scene.path, scene.path, generationOf(scene.path), failing)).toThrow('ENOENT');
  expect(scene.names()).toEqual(['resume-queue.lock']);
});

test('what killed takers left an hour ago is swept by the next holder, what lives or is young is not', async () => {
  const scene = lockScene();
  const long = Date.now() / 1000 - 7200;
  for (const [name, text, old] of [
    ['new-1', 'torn', true],
    ['new-2', 'torn', false],
    ['claim-1', await deadClaim(), true],
    ['claim-2', await deadClaim(), false],
    ['claim-3', lockText(myself('alive')), true],
  ] as const) {
    writeFileSync(`${scene.path}.${name}`, text);
    if (old) utimesSync(`${scene.path}.${name}`, long, long);
  }
  writeFileSync(`${scene.path}-of-somebody-else`, '');
  heldBy(await scene.acquire());
  const kept = ['', '-of-somebody-else', '.claim-2', '.claim-3', '.new-2'];
  expect(scene.names()).toEqual(kept.map((end) => `resume-queue.lock${end}`));
});

test.each([
  ['this very process', {}, 99, false],
  ['of another start', { processStart: '1' }, 0, true],
  ['of another boot', { bootId: 'another' }, 0, true],
  ['of an unknown start, young', { processStart: null }, 4, false],
  ['of an unknown start, old', { processStart: null }, 6, true],
  ['of another hostname, young', { hostname: 'another', processStart: '1' }, 4, false],
  ['of another hostname, old', { hostname: 'another' }, 6, true],
  ['of another machine of this name, young', { machineId: 'another', processStart: '1' }, 4, false],
  ['of another machine of this name, old', { machineId: 'another' }, 6, true],
])('a claim: %s', (_, facts, minutes, gone) => {
  const holder = { ...myself('x'), hostname: hostname(), machineId: machineId(), ...facts };
  const now = Date.now();
  expect(claimantIsGone(holder, now - minutes * MINUTE, now)).toBe(gone);
});

test('a claim that is not understood is left alone until it is old', () => {
  const now = Date.now();
  expect(claimantIsGone(null, now - 4 * MINUTE, now)).toBe(false);
  expect(claimantIsGone(null, now - 6 * MINUTE, now)).toBe(true);
});
