import { join } from 'node:path';
import type { Commitment } from '../../sidecar/commitments/index.ts';
import { dispatch } from '../../sidecar/intake/dispatch.ts';
import { openPlans } from '../../sidecar/plans/index.ts';
import { sessionStore } from '../../sidecar/sessions/index.ts';
import { openStore } from '../../sidecar/store/index.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { wordOver } from '../kit/word.ts';
import { type TranscriptWriter, transcriptWriter } from './transcript-writer.ts';

export type Act =
  | { kind: 'call'; command: string; ok: boolean; subagent: boolean }
  | { kind: 'edit'; file: string }
  /** By the person, before it ran: live nobody hears of it. */
  | { kind: 'refused'; command: string }
  | { kind: 'says'; words: string };

/** What happens, turn by turn: written down as the client would, and told as its hooks would. */
export type Story = {
  session: number;
  /** Seconds before it begins. */
  waits: number;
  acts: Act[];
  ends: 'stop' | 'interrupted' | 'api-error' | 'killed';
  words: string;
}[];

const CWD = '/nonexistent/project';
const BEGAN = Date.parse('2026-03-02T10:00:00.000Z');

/** Each act takes two seconds in both tellings: a row for the question, a row for the answer. */
function times(story: Story) {
  let second = 0;
  return story.map((turn) => {
    const begins = second + turn.waits;
    second = begins + 2 * turn.acts.length + 4;
    return { ...turn, sessionId: sessionOf(turn.session), begins };
  });
}

const timeOf = (second: number) => new Date(BEGAN + second * 1000).toISOString();
const sessionOf = (number: number) => `${String(number).repeat(8)}-1111-4111-8111-111111111111`;
const editOf = (file: string) => ({ file_path: join(CWD, file), old_string: 'a', new_string: 'b' });

export function writeStory(story: Story, folder: string): void {
  const writers = new Map<string, TranscriptWriter>();
  for (const { sessionId, begins, acts, ends, words } of times(story)) {
    const main = writerOf(sessionId);
    main.setTime(timeOf(begins)).prompt('Go on.');
    acts.forEach((act, index) => {
      const writer = act.kind === 'call' && act.subagent ? writerOf(`${sessionId}/subagents/agent-a1`) : main;
      writer.setTime(timeOf(begins + 2 * index + 1));
      if (act.kind === 'says') writer.says(act.words);
      else if (act.kind === 'edit') writer.does('Edit', editOf(act.file), { filePath: act.file });
      else if (act.kind === 'refused') writer.fails('Bash', { command: act.command }, REFUSED);
      else if (act.ok) writer.does('Bash', { command: act.command }, { stdout: 'ok', stderr: '' });
      else writer.fails('Bash', { command: act.command }, FAILED);
    });
    main.setTime(timeOf(begins + 2 * acts.length + 1));
    if (ends === 'killed') main.asks('Bash', { command: 'sleep 60' });
    else main.says(words);
    if (ends === 'interrupted') main.interrupted();
    if (ends === 'api-error') main.apiError();
  }
  for (const [name, writer] of writers) writer.write(join(folder, 'project', `${name}.jsonl`));

  function writerOf(name: string): TranscriptWriter {
    const known = writers.get(name);
    if (known) return known;
    const [sessionId = ''] = name.split('/');
    const writer = transcriptWriter({
      sessionId,
      cwd: CWD,
      ...(name === sessionId ? {} : { agentId: 'a1' }),
    });
    writers.set(name, writer);
    return writer;
  }
}

const REFUSED = "The user doesn't want to proceed with this tool use. The tool use was rejected.";
const FAILED = 'Exit code 1\nit failed';

/** Through the sidecar's own list of who hears what, at the same times. */
export function hearLive(story: Story): string[] {
  const { home, remove } = temporaryHome();
  const store = openStore({ home });
  const sessions = sessionStore(store);
  const plans = openPlans({ store, isLive: sessions.isLive });
  const word = wordOver(store);

  function hook(event: string, sessionId: string, second: number, body: Record<string, unknown>): void {
    const at = timeOf(second);
    word.sweep(new Date(at));
    const facts = { event, sessionId, at, via: 'live' as const, client: null, lastAppliedAt: () => null };
    store.write(() =>
      dispatch(
        { sessions, word, plans, notices: { tell: () => null } },
        { ...facts, body: { cwd: CWD, ...body } },
      ),
    );
  }

  try {
    for (const { sessionId, begins, acts, ends, words } of times(story)) {
      hook('UserPromptSubmit', sessionId, begins, { prompt: 'Go on.' });
      acts.forEach((act, index) => {
        if (act.kind === 'says' || act.kind === 'refused') return;
        const second = begins + 2 * index + 2;
        const agent = act.kind === 'call' && act.subagent ? { agent_id: 'a1' } : {};
        const tool =
          act.kind === 'edit'
            ? { tool_name: 'Edit', tool_input: editOf(act.file), tool_response: { filePath: act.file } }
            : {
                tool_name: 'Bash',
                tool_input: { command: act.command },
                tool_response: { stdout: 'ok', stderr: '' },
              };
        const isOk = act.kind === 'edit' || act.ok;
        hook(isOk ? 'PostToolUse' : 'PostToolUseFailure', sessionId, second, {
          ...tool,
          ...agent,
          error: FAILED,
        });
      });
      const last = begins + 2 * acts.length + 1;
      if (ends === 'stop') hook('Stop', sessionId, last, { last_assistant_message: words });
      if (ends === 'api-error') hook('StopFailure', sessionId, last, { error: 'rate_limit' });
    }
    const promises = word.commitments.page({}, Number.MAX_SAFE_INTEGER, 1000);
    const claims = word.completed.page({}, Number.MAX_SAFE_INTEGER, 1000);
    return [
      ...promises.map((one) =>
        ['promise', one.openedAt, one.sessionId, one.verb, one.object, stateOf(one), one.quote].join(' | '),
      ),
      ...claims.map((one) =>
        ['claim', one.at, one.sessionId, one.verb, one.object, one.verdict, one.quote].join(' | '),
      ),
    ].sort();
  } finally {
    store.close();
    remove();
  }
}

function stateOf({ status, attempts }: Commitment): string {
  if (status === 'kept' || status === 'withdrawn') return status;
  return attempts.length > 0 ? 'attempted' : 'dropped';
}
