import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../home/index.ts';
import { type ProcessIdentity, startInStat } from '../machine/index.ts';

export type TurnFiles = ReturnType<typeof turnFiles>;

/** What lies in `turns/` of one turn. The stream and the errors stay for 30 days, the rest goes with its end. */
export function turnFiles({ turns }: Pick<HomePaths, 'turns'>, id: string) {
  const base = join(turns, id);
  return {
    base,
    stream: `${base}.ndjson`,
    errors: `${base}.stderr`,
    prompt: `${base}.in`,
    settings: `${base}.settings.json`,
    process: `${base}.pid`,
    claim: `${base}.claim`,
  };
}

const ERRORS_BYTES = 2_000;

/** Endings of what is there for the start alone. */
const STARTING = /\.(?:in|settings\.json|pid)$/;

/**
 * Whether the process of a turn may start. The wrapper writes `.pid` whole, then makes this file, then becomes the
 * client; a sidecar that gives the turn up makes this file, then closes the turn. O_EXCL has one winner:
 *
 * - the wrapper: its `.pid` was there before, so whoever lost to it can read there who runs, and follows it;
 * - the sidecar: the wrapper, however late it comes, cannot make the file, and ends before the client is there.
 *   So the file stays, until nobody can come any more;
 * - nobody yet: then the wrapper was not born, or was killed, or is on its way, and the next of the two decides.
 *
 * There is no wait in this, and no moment at which both may believe that they have won.
 */
export function claimStart({ claim }: TurnFiles): boolean {
  try {
    closeSync(openSync(claim, 'wx', 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Three lines: pid, boot, and what says the start: the line of /proc on Linux, else the date that `ps` prints. */
export function startedProcess({ process: file }: TurnFiles): ProcessIdentity | null {
  try {
    const [pid, boot = '', start = ''] = readFileSync(file, 'utf8').split('\n');
    if (!/^[1-9]\d*$/.test(pid ?? '')) return null;
    const processStart = start.includes(') ') ? startInStat(start) : start.trim();
    return { pid: Number(pid), processStart: processStart || null, bootId: boot || null };
  } catch {
    return null; // Lost with the power, or taken away: then nobody knows of a process of this turn.
  }
}

export function writeStartingFiles(files: TurnFiles, prompt: string, settings: string): void {
  writeFileSync(files.prompt, prompt, { mode: 0o600 });
  writeFileSync(files.settings, settings, { mode: 0o600 });
}

/** The claim goes only where the process is known: else a late wrapper could still win it. */
export function dropStartingFiles(files: TurnFiles, isKnown: boolean): void {
  for (const file of [files.prompt, files.settings, files.process]) rmSync(file, { force: true });
  if (isKnown) rmSync(files.claim, { force: true });
}

/** After a sidecar that was killed between closing a turn and tidying up. */
export function dropLeftFiles({ turns }: Pick<HomePaths, 'turns'>, isLive: (id: string) => boolean): void {
  for (const name of readdirSync(turns)) {
    if (STARTING.test(name) && !isLive(name.replace(STARTING, '')))
      rmSync(join(turns, name), { force: true });
  }
}

/** The end of what went to standard error, for people. It may be long: no more than the end is read. */
export function lastErrors({ errors }: TurnFiles): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(errors, 'r');
    const { size } = fstatSync(descriptor);
    const end = Buffer.alloc(Math.min(size, ERRORS_BYTES));
    readSync(descriptor, end, 0, end.length, size - end.length);
    return end.toString().trim();
  } catch {
    return ''; // It never came so far, or cannot be read: the turn is told without it.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
