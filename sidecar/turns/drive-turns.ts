import { messageOf } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { isSameProcess, type ProcessIdentity } from '../machine/index.ts';
import { type DrivenTurn, driveTurn } from './drive-turn.ts';
import { leftoversOf } from './end-processes.ts';
import { whyItCrashed } from './fault.ts';
import { type Ending, Superseded } from './leases.ts';
import { type LineReader, lineReader } from './read-lines.ts';
import { type Ledger, turnWriter } from './save-turn.ts';
import { claimStart, dropStartingFiles, startedProcess, turnFiles } from './turn-files.ts';

export type DrivesOptions = {
  ledger: Ledger;
  home: HomePaths;
  stallMs: number;
  lingerMs: number;
  killAfterMs: number;
  monotonic: () => number;
  warn: (what: string, facts: Record<string, unknown>) => void;
};

/** Every turn that this sidecar has in hand. A turn comes here once, and is here until it is closed or lost. */
export function driveTurns({ ledger, home, warn, ...times }: DrivesOptions) {
  const { turns } = ledger;
  const driven = new Map<string, DrivenTurn>();
  const waiting = new Map<string, (() => void)[]>();
  let isClosed = false;

  function follow(turnId: string, client: ProcessIdentity | null, ending: Ending | null, why?: string): void {
    const files = turnFiles(home, turnId);
    const turn = driveTurn({
      ...{ turnId, files, client, ending, warn, ...times },
      writer: turnWriter(ledger, turnId),
      fault: () => whyItCrashed(files, turns.row(turnId)?.claude ?? '', why),
      left: (isClosed) => left(turnId, isClosed, client !== null),
    });
    driven.set(turnId, turn);
  }

  /** A turn of somebody who is gone. One that is over is closed at once, inside the caller's transaction if any. */
  function goOn(turnId: string, client: ProcessIdentity | null, ending: Ending | null, why?: string): void {
    const lives = client !== null && isSameProcess(client) !== false;
    if (lives || leftoversOf(turnId).length > 0) follow(turnId, client, ending, why);
    else closeAtOnce(turnId, client, ending, why);
  }

  function closeAtOnce(
    turnId: string,
    client: ProcessIdentity | null,
    ending: Ending | null,
    why?: string,
  ): void {
    const files = turnFiles(home, turnId);
    const writer = turnWriter(ledger, turnId);
    let reader: LineReader | undefined;
    try {
      reader = lineReader(files.stream, writer.offset());
      for (let lines = reader.next(); lines !== null; lines = reader.next()) writer.save(lines);
      const torn = reader.rest();
      if (torn) writer.save([torn]);
      writer.close(ending, () => whyItCrashed(files, turns.row(turnId)?.claude ?? '', why));
      left(turnId, true, client !== null);
    } catch (error) {
      if (error instanceof Superseded) left(turnId, false, false);
      else follow(turnId, client, ending, why); // Which tries until the ledger takes it.
    } finally {
      reader?.close();
    }
  }

  /** Where the claim can be had nothing was started, and nothing will be; else it is followed to its end. */
  function giveUp(turnId: string, why: string, ending: Ending | null): void {
    if (driven.has(turnId) || isClosed) return;
    const files = turnFiles(home, turnId);
    let isOurs = false;
    try {
      isOurs = claimStart(files);
    } catch (error) {
      // A disk without room for one more name. Nothing is known then, and nothing is closed on a guess.
      warn('a turn cannot be given up; it is tried again', { turnId, why: messageOf(error) });
      setTimeout(() => giveUp(turnId, why, ending), 500).unref();
      return;
    }
    if (isOurs) goOn(turnId, null, ending, why);
    else goOn(turnId, startedProcess(files), ending);
  }

  async function end(turnId: string, ending: Ending): Promise<void> {
    const settled = new Promise<void>((resolve) => {
      waiting.set(turnId, [...(waiting.get(turnId) ?? []), resolve]);
    });
    if (!driven.has(turnId)) giveUp(turnId, 'It was stopped before the client was started', ending);
    driven.get(turnId)?.end(ending);
    await settled;
  }

  function left(turnId: string, closed: boolean, wasKnown: boolean): void {
    driven.delete(turnId);
    try {
      if (closed) dropStartingFiles(turnFiles(home, turnId), wasKnown);
    } catch (error) {
      warn('files of a turn are left behind until the next start', { turnId, why: messageOf(error) });
    }
    settle(turnId);
  }

  function settle(turnId: string): void {
    for (const tell of waiting.get(turnId) ?? []) tell();
    waiting.delete(turnId);
  }

  return {
    follow,
    goOn,
    giveUp,
    end,
    gone: (turnId: string): void => driven.get(turnId)?.gone(),
    has: (turnId: string): boolean => driven.has(turnId),
    /** Following ends, the processes go on. */
    close: (): void => {
      isClosed = true;
      for (const turn of driven.values()) turn.stop();
      driven.clear();
      for (const turnId of [...waiting.keys()]) settle(turnId);
    },
  };
}
