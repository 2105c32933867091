import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a client writes down, row by row, in the shapes that 2.1.197 was seen to write. */
export type WriterOptions = {
  sessionId: string;
  cwd: string;
  /** ISO text of the first row; each row is a second later unless `wait` says more. */
  at?: string;
  agentId?: string;
  version?: string;
};

export type TranscriptWriter = ReturnType<typeof transcriptWriter>;

let made = 0;

/** Ids that no other row has, and that are the same in every run. */
export function madeId(): string {
  made += 1;
  return `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
}

export function transcriptWriter({
  sessionId,
  cwd,
  at = '2026-03-02T10:00:00.000Z',
  agentId,
  version = '2.1.197',
}: WriterOptions) {
  const lines: string[] = [];
  let time = Date.parse(at);
  let parentUuid: string | null = null;
  let here = cwd;

  function row(fields: Record<string, unknown>): string {
    time += 1000;
    const uuid = madeId();
    const common = { cwd: here, sessionId, version, gitBranch: 'main', userType: 'external' };
    const side = agentId === undefined ? { isSidechain: false } : { isSidechain: true, agentId };
    const timestamp = new Date(time).toISOString();
    raw(JSON.stringify({ parentUuid, ...side, ...fields, uuid, timestamp, ...common }));
    parentUuid = uuid;
    return uuid;
  }

  function raw(line: string): void {
    lines.push(line);
  }

  function assistant(content: unknown[], { id = `msg_${madeId()}`, stop = 'end_turn' } = {}): void {
    const message = { id, type: 'message', role: 'assistant', model: 'claude', content, stop_reason: stop };
    row({ type: 'assistant', message });
  }

  function result(id: string, content: unknown, rest: Record<string, unknown>, isError = false): void {
    const block = { type: 'tool_result', tool_use_id: id, content, ...(isError ? { is_error: true } : {}) };
    row({ type: 'user', message: { role: 'user', content: [block] }, ...rest });
  }

  const writer = {
    goesTo(folder: string) {
      here = folder;
      return writer;
    },
    row,
    raw,
    assistant,
    /** The time of the next row. */
    now: () => new Date(time + 1000).toISOString(),
    setTime: (next: string) => {
      time = Date.parse(next) - 1000;
      return writer;
    },
    interrupted: () => {
      const content = [{ type: 'text', text: '[Request interrupted by user]' }];
      row({ type: 'user', message: { role: 'user', content } });
      return writer;
    },
    apiError: () => {
      const content = [{ type: 'text', text: 'API Error: Request rejected (429)' }];
      const message = { role: 'assistant', model: '<synthetic>', content };
      row({ type: 'assistant', isApiErrorMessage: true, error: 'rate_limit', message });
      return writer;
    },
    wait: (seconds: number) => {
      time += seconds * 1000;
      return writer;
    },
    prompt: (text: string) => {
      row({ type: 'user', promptSource: 'sdk', message: { role: 'user', content: text } });
      return writer;
    },
    says: (text: string) => {
      assistant([{ type: 'text', text }]);
      return writer;
    },
    /** The question alone: its result is torn away. */
    asks: (tool: string, input: unknown, id = `toolu_${madeId()}`) => {
      assistant([{ type: 'tool_use', id, name: tool, input }], { stop: 'tool_use' });
      return id;
    },
    does: (tool: string, input: unknown, toolUseResult: unknown = { stdout: 'ok', stderr: '' }) => {
      const id = writer.asks(tool, input);
      // A subagent's rows have no structured result.
      result(id, 'ok', agentId === undefined ? { toolUseResult } : {});
      return writer;
    },
    fails: (tool: string, input: unknown, content = 'Exit code 1\nboom') => {
      const id = writer.asks(tool, input);
      result(id, content, { toolUseResult: `Error: ${content}` }, true);
      return writer;
    },
    /** One turn of a Bash command and a last word. */
    turn: (command: string, last: string) => writer.prompt('Go on.').does('Bash', { command }).says(last),
    text: () => lines.map((line) => `${line}\n`).join(''),
    lines,
    write: (file: string) => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, writer.text());
      return file;
    },
    /** Where the client would put it. */
    writeInto: (projects: string) =>
      writer.write(join(projects, cwd.replace(/[^A-Za-z0-9]/g, '-'), `${sessionId}.jsonl`)),
  };
  return writer;
}
