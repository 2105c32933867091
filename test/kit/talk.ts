import type { Commitment } from '../../sidecar/commitments/index.ts';
import { type Given, ledger } from './ledger.ts';
import type { GivenWord } from './word.ts';

type Where = { session?: string; at?: string; via?: 'live' | 'spool'; cwd?: string };
type Called = Where & { failed?: boolean; interrupted?: boolean; id?: string };

/** Sessions that speak and act in one project, through intake, on a clock that the test moves. */
export function talk(word: GivenWord = {}) {
  const opened = ledger({ word });
  const { take, store, folder, clock } = opened;
  let calls = 0;

  const given = ({ at, via }: Where): Given => ({ ...(at ? { at } : {}), ...(via ? { via } : {}) });
  const base = ({ session = 's1', cwd = folder }: Where) => ({ session_id: session, cwd });

  return {
    ...opened,
    topic: folder,
    later: (minutes: number): string => {
      clock.now = new Date(clock.now.getTime() + minutes * 60_000);
      return clock.now.toISOString();
    },
    /** The end of a turn. */
    say: (message: string, where: Where & Record<string, unknown> = {}) => {
      const { session: _, at: __, via: ___, ...more } = where;
      return take('Stop', { ...more, ...base(where), last_assistant_message: message }, given(where));
    },
    /** A finished `git push origin TARGET`, or another command. */
    call: (command: string, { failed = false, interrupted = false, id, ...where }: Called = {}) => {
      const body = {
        ...base(where),
        tool_name: 'Bash',
        tool_use_id: id ?? `call-${++calls}`,
        tool_input: { command },
        ...(interrupted ? { is_interrupt: true } : {}),
      };
      const isFailure = failed || interrupted;
      return isFailure
        ? take('PostToolUseFailure', { ...body, error: 'it was rejected' }, given(where))
        : take('PostToolUse', { ...body, tool_response: { stdout: '', stderr: 'done' } }, given(where));
    },
    ask: (where: Where = {}) => take('UserPromptSubmit', { ...base(where), prompt: 'go on' }, given(where)),
    start: (source: string, where: Where = {}) =>
      take('SessionStart', { ...base(where), source }, given(where)),
    end: (session: string) => take('SessionEnd', { ...base({ session }), reason: 'other' }),
    /** Every commitment, oldest first. */
    all: (): Commitment[] => opened.word.commitments.page({}, Number.MAX_SAFE_INTEGER, 1000).reverse(),
    only: (): Commitment => {
      const [one, ...more] = opened.word.commitments.page({}, Number.MAX_SAFE_INTEGER, 2);
      if (!one || more.length > 0) throw new Error(`there is not exactly one commitment: ${one ? 2 : 0}`);
      return one;
    },
    count: (table: string): number =>
      store.db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0,
  };
}
