import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { lastEvents } from '../../sidecar/sessions/index.ts';
import { openUnfinished, type UnfinishedRooms } from '../../sidecar/unfinished/index.ts';
import { repository } from '../kit/git.ts';
import { type Given, ledger } from '../kit/ledger.ts';

/** A session in a repository of its own, and what is unfinished of it. */
export function sessionAtWork(given: Partial<UnfinishedRooms> = {}) {
  const opened = ledger();
  const { store, sessions, plans, word, take, folder, clock } = opened;
  mkdirSync(join(folder, 'app'));
  const project = realpathSync(repository(join(folder, 'app')));
  const transcript = join(folder, 'transcript.jsonl');
  const unfinishedOf = openUnfinished({
    ...{ sessions, lastEvents: lastEvents(store), plans, word, now: () => clock.now },
    ...given,
  });

  const send = (event: string, body: Record<string, unknown> = {}, told: Given = {}) =>
    take(event, { session_id: 's1', cwd: project, transcript_path: transcript, ...body }, told);
  const used = (tool: string, input: unknown, response: unknown = {}) =>
    send('PostToolUse', { tool_name: tool, tool_input: input, tool_response: response });

  send('SessionStart', { source: 'startup' });
  return {
    ...opened,
    project,
    transcript,
    unfinishedOf,
    send,
    used,
    strong: async (kind?: string): Promise<string[]> => {
      const { strong } = await unfinishedOf('s1');
      return strong.filter((sign) => kind === undefined || sign.kind === kind).map(({ text }) => text);
    },
    kinds: async (): Promise<string[]> => {
      const { strong, weak } = await unfinishedOf('s1');
      return [...strong, ...weak].map((sign) => sign.kind);
    },
    later: (ms: number) => {
      clock.now = new Date(clock.now.getTime() + ms);
    },
  };
}
