import { messageOf } from '../errors/index.ts';
import type { Store } from '../store/index.ts';
import type { Notices } from './notices.ts';
import type { ItemRow } from './store.ts';

/** How the person's command ended. */
export type CommandEnd = { code: number | null; timedOut: boolean; output: string };

/** Runs a command line with this on its standard input, and ends it at the limit or when asked to. */
export type RunCommand = (
  command: string,
  how: { input: string; limitMs: number; stop: AbortSignal },
) => Promise<CommandEnd>;

export type NotifyOptions = {
  store: Store;
  notices: Notices;
  command: string | null;
  run: RunCommand;
  /** The sidecar is stopping: what was not given is given by the next one. */
  closing: AbortSignal;
};

/** It hands a line to something else. One that waits longer than this hangs. */
export const NOTIFY_LIMIT_MS = 10_000;

/** Whose fault a failing command is. */
export const NOTIFY_GUARD = 'attention';

/**
 * Gives each notice that is open to the person's command, once, one after the other. Killed between the
 * command and its note, the next sidecar gives it again: better twice than never.
 */
export async function notifyPerson({ store, notices, command, run, closing }: NotifyOptions): Promise<void> {
  if (command === null) return;
  // That the command fails is not told by the command.
  const due = notices.open().filter((row) => row.notified_at === null && row.kind !== 'notify-failed');
  for (const row of due.reverse()) {
    const fault = await faultOf(row);
    if (closing.aborted) return;
    store.write(() => {
      const current = notices.open().find(({ id }) => id === row.id);
      if (current) notices.told(current, 'notified_at');
      if (fault === null) notices.close(NOTIFY_GUARD, 'notify-failed');
      else notices.raise(failure(fault, row));
    });
  }

  async function faultOf(row: ItemRow): Promise<string | null> {
    try {
      const how = {
        input: `${JSON.stringify(notices.shown(row))}\n`,
        limitMs: NOTIFY_LIMIT_MS,
        stop: closing,
      };
      const { code, timedOut, output } = await run(command ?? '', how);
      if (timedOut) return `it did not end within ${NOTIFY_LIMIT_MS / 1_000} s`;
      if (code === 0) return null;
      const said = output.trim().split('\n').at(-1) ?? '';
      return `it ended with ${code ?? 'a signal'}${said === '' ? '' : ` and said: ${said}`}`;
    } catch (error) {
      return messageOf(error);
    }
  }
}

function failure(fault: string, { title }: ItemRow) {
  return {
    guard: NOTIFY_GUARD,
    kind: 'notify-failed' as const,
    title: 'attention.notifyCommand fails',
    why: `Given "${title}", ${fault}. The notice stands here all the same.`,
    hint: 'Try the command by hand with a line of JSON on its standard input, or take it out of config.json.',
  };
}
