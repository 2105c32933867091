import { randomBytes } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

/** What happens to one file of a ledger. */
export type Damage = { name: string; harm: (file: string) => void };

const truncatedTo = (name: string, bytes: (size: number) => number): Damage => ({
  name,
  harm: (file) => {
    const descriptor = openSync(file, 'r+');
    ftruncateSync(descriptor, bytes(statSync(file).size));
    closeSync(descriptor);
  },
});

const overwritten = (name: string, at: (size: number) => number, bytes: number): Damage => ({
  name,
  harm: (file) => {
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, randomBytes(bytes), 0, bytes, at(statSync(file).size));
    closeSync(descriptor);
  },
});

const PAGE = 4096;

/** Each of these is seen at the next start. */
export const MAIN_FILE: readonly Damage[] = [
  truncatedTo('empty', () => 0),
  truncatedTo('of one byte', () => 1),
  truncatedTo('cut in its header', () => 50),
  truncatedTo('cut after its header', () => 100),
  truncatedTo('cut before its first page ends', () => PAGE - 1),
  truncatedTo('cut after its first page', () => PAGE),
  truncatedTo('cut in its middle', (size) => Math.floor(size / 2)),
  truncatedTo('cut at a page in its middle', (size) => Math.floor(size / 2 / PAGE) * PAGE),
  truncatedTo('short of a page', (size) => size - PAGE),
  truncatedTo('short of a byte', (size) => size - 1),
  { name: 'all random bytes', harm: (file) => writeFileSync(file, randomBytes(statSync(file).size)) },
  { name: 'a text of another program', harm: (file) => writeFileSync(file, 'no database\n'.repeat(1000)) },
  overwritten('random in its header', () => 0, 100),
  overwritten('random in its first page', () => 100, PAGE - 100),
  overwritten('random in its middle', (size) => Math.floor(size / 2 / PAGE) * PAGE, 3 * PAGE),
  overwritten('random in its last pages', (size) => size - 3 * PAGE, 3 * PAGE),
];

/** A write that the power cut off leaves such an end: everything before it counts. */
export const TORN_TAIL: readonly Damage[] = [
  {
    name: 'half a frame behind its end',
    harm: (file) => writeFileSync(file, randomBytes(2000), { flag: 'a' }),
  },
  {
    name: 'frames of garbage behind its end',
    harm: (file) => writeFileSync(file, randomBytes(9000), { flag: 'a' }),
  },
  {
    name: 'an old frame behind its end',
    harm: (file) => writeFileSync(file, readFileSync(file).subarray(32, 32 + 24 + PAGE), { flag: 'a' }),
  },
];

/** These take away what was in it, and nothing can bring that back. */
export const WAL_FILE: readonly Damage[] = [
  { name: 'missing', harm: (file) => rmSync(file) },
  truncatedTo('empty', () => 0),
  truncatedTo('cut in its header', () => 20),
  truncatedTo('cut in a frame in its middle', (size) => Math.floor(size / 2) + 11),
  truncatedTo('short of a byte', (size) => size - 1),
  { name: 'all random bytes', harm: (file) => writeFileSync(file, randomBytes(statSync(file).size)) },
  overwritten('random in its header', () => 0, 32),
  overwritten('random in its middle', (size) => Math.floor(size / 2), 5000),
];
