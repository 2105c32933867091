import { messageOf } from '../errors/index.ts';
import { isSameProcess, type ProcessIdentity } from '../machine/index.ts';
import { endProcesses, leftoversOf } from './end-processes.ts';
import { idleTime } from './idle-time.ts';
import { type Ending, Superseded } from './leases.ts';
import { type Line, type LineReader, lineReader } from './read-lines.ts';
import type { Fault, TurnWriter } from './save-turn.ts';
import type { TurnFiles } from './turn-files.ts';

const LOOK_EVERY_MS = 40;
/** A disk that is full does not mend within a look. */
const AGAIN_MS = 500;
/** Of a process that is not our child; on macOS each look costs a process. */
const ALIVE_EVERY_MS = process.platform === 'linux' ? 200 : 2_000;
/** Chunks in one go, before other work of the sidecar has its turn. */
const CHUNKS_A_LOOK = 8;

export type DriveOptions = {
  turnId: string;
  files: TurnFiles;
  writer: TurnWriter;
  /** Null: of a process that never was. */
  client: ProcessIdentity | null;
  /** Decided by whoever drove the turn before, and not carried through. */
  ending: Ending | null;
  stallMs: number;
  lingerMs: number;
  killAfterMs: number;
  monotonic: () => number;
  fault: () => Fault;
  warn: (what: string, facts: Record<string, unknown>) => void;
  /** The turn is closed, or somebody else's: nothing more comes from here. */
  left: (isClosed: boolean) => void;
};

export type DrivenTurn = {
  /** The process has ended, as its parent hears it: looks at once. */
  gone: () => void;
  end: (ending: Ending) => void;
  /** Stops following; the process goes on. */
  stop: () => void;
};

/**
 * Follows one turn to its end: reads what comes, sees stall and end, ends what has to be ended, closes the row.
 * One step at a time, and each is tried again until the ledger has taken it; so a full disk only delays.
 */
export function driveTurn(options: DriveOptions): DrivenTurn {
  const { turnId, files, writer, client, stallMs, lingerMs, killAfterMs, monotonic, warn } = options;
  const idle = idleTime(monotonic);
  const sinceResult = idleTime(monotonic);
  let reader: LineReader | undefined;
  let hasResult = false;
  let unsaved: Line[] | null = null;
  let ending = options.ending;
  let asked: Ending | null = null;
  /** Each does a part of the way and returns after how many milliseconds the next one is due. */
  let step: () => number | Promise<number> = begin;
  let lastAliveLook = Number.NEGATIVE_INFINITY;
  let isGone = false;
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let stopped = false;
  let warned = false;
  next(0);

  function next(inMs: number): void {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(take, inMs);
    timer.unref();
  }

  async function take(): Promise<void> {
    busy = true;
    try {
      next(await step());
      warned = false;
    } catch (error) {
      if (error instanceof Superseded) return leave(false);
      if (!warned) warn('a turn cannot be written; it is tried again', { turnId, why: messageOf(error) });
      warned = true;
      next(AGAIN_MS);
    } finally {
      busy = false;
    }
  }

  function soon(): void {
    if (!busy) next(0); // Else the step that is under way is followed by another look anyway.
  }

  /** A ledger that cannot take it now hears of it later; until then the process is found by its own file. */
  function begin(): number {
    if (client !== null) writer.running(client);
    hasResult = writer.hasResult();
    return go(ending === null ? follow : endAll);
  }

  function opened(): LineReader {
    reader ??= lineReader(files.stream, writer.offset());
    return reader;
  }

  function follow(): number {
    // Looked at before the last bytes are read: what it wrote before it went is then all there.
    const gone = isGone || !isAlive();
    const { came, more } = read();
    if (more) return 0;
    if (gone) return go(endAll);
    if (asked !== null && !hasResult) return decide(asked); // A result that was there before stands.
    if (hasResult) {
      // Its turn is over, whether it leaves or not.
      return asked !== null || sinceResult.look(came) >= lingerMs ? go(endAll) : LOOK_EVERY_MS;
    }
    return idle.look(came) >= stallMs && stallMs > 0 ? decide('stalled') : LOOK_EVERY_MS;
  }

  function go(to: typeof step): number {
    step = to;
    return 0;
  }

  function isAlive(): boolean {
    if (monotonic() - lastAliveLook < ALIVE_EVERY_MS) return true;
    lastAliveLook = monotonic();
    return lives();
  }

  function lives(): boolean {
    return client !== null && isSameProcess(client) !== false;
  }

  function read(): { came: boolean; more: boolean } {
    let came = false;
    for (let chunks = 0; chunks < CHUNKS_A_LOOK; chunks++) {
      const lines: Line[] | null = unsaved ?? opened().next();
      if (lines === null) return { came, more: false };
      came = save(lines) || came;
    }
    return { came, more: true };
  }

  function save(lines: Line[]): boolean {
    if (lines.length === 0) return false;
    unsaved = lines;
    const saved = writer.save(lines);
    unsaved = null;
    hasResult ||= saved.result;
    return saved.events > 0;
  }

  /** On the disk before the first signal: whoever comes after us then knows that it was no crash. */
  function decide(how: Ending): number {
    writer.decide(how);
    ending = how;
    return go(endAll);
  }

  async function endAll(): Promise<number> {
    writer.check();
    if (lives() || leftoversOf(turnId).length > 0) await endProcesses({ turnId, root: client, killAfterMs });
    return go(readRest);
  }

  function readRest(): number {
    if (read().more) return 0;
    const torn = opened().rest();
    if (torn) save([torn]);
    return go(close);
  }

  function close(): number {
    writer.close(ending, options.fault);
    leave(true);
    return 0;
  }

  function leave(isClosed: boolean): void {
    stop();
    options.left(isClosed);
  }

  function stop(): void {
    stopped = true;
    clearTimeout(timer);
    reader?.close();
  }

  return {
    gone: () => {
      isGone = true;
      soon();
    },
    end: (how) => {
      asked ??= how;
      soon();
    },
    stop,
  };
}
