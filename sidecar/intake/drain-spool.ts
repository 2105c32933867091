import { hash } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';
import { type HomePaths, namesIn } from '../home/index.ts';
import { BODY_LIMIT } from '../http/index.ts';
import { readSpoolFile } from './spool-file.ts';
import type { Incoming, Taken } from './take.ts';
import { understand } from './understand.ts';

/** The watch tells at once; this is for file systems where it does not. */
const LOOK_EVERY_MS = 5_000;
/** A hook writes its file in milliseconds: one that is unfinished after this was killed. */
const UNFINISHED_MS = 10 * 60_000;
/** So many go into one group commit. */
const AT_ONCE = 100;

export type Drained = { taken: number; rejected: number; left: number };

export type SpoolOptions = {
  home: HomePaths;
  submit: (incoming: Incoming) => Promise<Taken>;
  warn: (what: string, facts: Record<string, unknown>) => void;
  now: () => Date;
};

type Entry = { name: string; path: string; at: Date; order: bigint };

/** Takes everything that lies in the spool, oldest first. A file that cannot be understood stops nothing. */
export async function drainSpool(options: SpoolOptions): Promise<Drained> {
  const drained: Drained = { taken: 0, rejected: 0, left: 0 };
  const entries = spooled(options);
  for (let i = 0; i < entries.length; i += AT_ONCE) {
    const group = entries.slice(i, i + AT_ONCE);
    const outcomes = await Promise.all(group.map((entry) => takeOne(entry, options)));
    for (const outcome of outcomes) drained[outcome]++;
    // The disk is full or the sidecar is stopping: the rest would only fail likewise.
    if (outcomes.includes('left'))
      return { ...drained, left: entries.length - drained.taken - drained.rejected };
  }
  return drained;
}

function spooled({ home, now }: SpoolOptions): Entry[] {
  const entries: Entry[] = [];
  for (const name of namesIn(home.spool)) {
    if (name === 'rejected' || name === 'overflow') continue;
    const path = join(home.spool, name);
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (!stats) continue; // A hook renamed it while we were looking: the next look finds it.
    const unfinished = name.startsWith('.');
    const writtenAt = Number(stats.mtimeMs);
    if (unfinished && now().getTime() - writtenAt < UNFINISHED_MS) continue;
    // A clock that was set back leaves files from the future: taken at their word, all that follows would be old.
    const at = new Date(Math.min(writtenAt, now().getTime()));
    entries.push({ name, path, at, order: stats.mtimeNs });
  }
  return entries.sort((a, b) =>
    a.order === b.order ? (a.name < b.name ? -1 : 1) : a.order < b.order ? -1 : 1,
  );
}

async function takeOne(entry: Entry, options: SpoolOptions): Promise<'taken' | 'rejected' | 'left'> {
  let incoming: Incoming;
  try {
    incoming = { ...readEntry(entry), via: 'spool', at: entry.at };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'taken'; // Somebody took it away: nothing is left to do.
    reject(entry, messageOf(error), options);
    return 'rejected';
  }
  try {
    await options.submit(incoming);
  } catch (error) {
    if (!(error instanceof HoldfastError)) {
      // A fault of ours that this event meets: it would meet it for ever, and hold up all behind it.
      reject(entry, `It could not be stored: ${messageOf(error)}`, options);
      return 'rejected';
    }
    options.warn('a spooled event stays in the spool', { file: entry.name, why: error.message });
    return 'left';
  }
  rmSync(entry.path, { force: true }); // After the commit: killed before this, the same event comes again, once.
  return 'taken';
}

function readEntry({ name, path }: Entry): Omit<Incoming, 'via' | 'at'> {
  if (name.startsWith('.')) throw new Error('The hook that wrote it was killed before it was whole.');
  const stats = lstatSync(path);
  if (!stats.isFile()) throw new Error('It is no regular file.');
  if (stats.size > BODY_LIMIT + 1024)
    throw new Error(`It has ${stats.size} bytes; the limit is ${BODY_LIMIT}.`);
  const file = readSpoolFile(readFileSync(path));
  return { ...file, body: understand(file.event, file.text) };
}

/** The bytes are kept as they came, with the reason beside them. */
function reject({ name, path }: Entry, reason: string, { home, warn, now }: SpoolOptions): void {
  const kept = freePath(home, now().getTime(), shortName(name));
  try {
    renameSync(path, kept);
    writeFileSync(`${kept}.reason`, `${reason}\n`, { mode: 0o600 });
  } catch (error) {
    warn('a spooled file could not be moved to spool/rejected', { file: name, why: messageOf(error) });
    return;
  }
  warn('a spooled file was rejected', { file: name, why: reason });
}

/** `x` and `.x` may be rejected in the same millisecond. */
function freePath(home: HomePaths, at: number, name: string): string {
  const path = join(home.rejected, `${at}-${name}`);
  return lstatSync(path, { throwIfNoEntry: false }) ? freePath(home, at + 1, name) : path;
}

/** With the time before it and `.reason` behind it, a name of 255 bytes would be too long for the disk. */
function shortName(name: string): string {
  const plain = name.replace(/^\./, '');
  return Buffer.byteLength(plain) <= 200 ? plain : `${hash('sha256', plain).slice(0, 32)}.event`;
}

export type Draining = {
  /** It looks, or it is still at what it found. */
  looked: () => void;
  drained: (result: Drained) => void;
  failed: (error: unknown) => void;
};

/** Drains at once, and again whenever something is there. One drain at a time. */
export function keepDraining(options: SpoolOptions, { looked, drained, failed }: Draining) {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  function look(): void {
    if (stopped) return;
    looked();
    if (running) {
      again = true;
      return;
    }
    again = false;
    running = drainSpool(options)
      .then(drained)
      .catch(failed)
      .finally(() => {
        running = null;
        if (again) look();
      });
  }

  const watcher = watch(options.home.spool, { persistent: false }, look);
  watcher.on('error', (error) =>
    options.warn('the spool is not watched any more', { why: messageOf(error) }),
  );
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  look();

  return {
    look,
    stop: async (): Promise<void> => {
      stopped = true;
      clearInterval(timer);
      watcher.close();
      await running;
    },
  };
}
