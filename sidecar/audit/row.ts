import { compareVersions } from '../machine/index.ts';

/** One row of a transcript, as far as it says what happened. */
export type Row = {
  /** Null where the row has no time of its own. */
  at: string | null;
  uuid: string | null;
  sessionId: string | null;
  cwd: string | null;
  /** The subagent that it tells of; null: the session's own agent. */
  agentId: string | null;
  meaning: Meaning;
};

export type Meaning =
  | { kind: 'says'; messageId: string | null; awaitsTool: boolean; blocks: Said[] }
  | { kind: 'results'; results: Result[] }
  /** The agent had stopped: somebody speaks to it, or a Stop hook sent it back to work. */
  | { kind: 'boundary' }
  /** The person pressed Esc: no Stop fired. */
  | { kind: 'interrupted' }
  /** The API refused: StopFailure fired, and no Stop. */
  | { kind: 'api-error' }
  | { kind: 'compacted' }
  /** Known, and nothing follows from it. */
  | { kind: 'nothing' }
  | { kind: 'unknown' };

export type Said =
  | { kind: 'text'; text: string }
  | { kind: 'tool'; id: string; tool: string; input: unknown };

export type Result = {
  toolUseId: string;
  ok: boolean;
  /** False: the client refused it before it ran, no PostToolUse fired, and nothing was tried. */
  ran: boolean;
  /** The same where the tool is Bash, whose failures tell more. */
  ranInShell: boolean;
  response: unknown;
};

/** A subagent of an old client, whose rows name none. */
export const UNNAMED_AGENT = 'subagent';

/** Every other kind of row that clients up to 2.1.197 write. None tells of a turn or a call. */
const WITHOUT_MEANING = new Set(
  (
    'agent-color agent-name agent-setting ai-title attachment attribution-snapshot bridge-session ' +
    'content-replacement custom-title file-history-snapshot fork-context-ref frame-link isolation-latch ' +
    'last-prompt marble-origami-commit marble-origami-reset marble-origami-snapshot mode permission-mode ' +
    'pr-link progress queue-operation relocated remove-by-uuid speculation-accept summary tag task-summary ' +
    'worktree-state'
  ).split(' '),
);

/** Reads what was parsed from a line. Whatever it is, there is an answer. */
export function readRow(parsed: unknown): Row {
  const agentId = get(parsed, 'isSidechain') === true ? (text(parsed, 'agentId') ?? UNNAMED_AGENT) : null;
  return {
    at: timeOf(text(parsed, 'timestamp')),
    uuid: text(parsed, 'uuid'),
    sessionId: text(parsed, 'sessionId'),
    cwd: text(parsed, 'cwd'),
    agentId,
    meaning: meaningOf(parsed),
  };
}

function meaningOf(row: unknown): Meaning {
  const type = text(row, 'type');
  if (type === 'assistant') return assistant(row);
  if (type === 'user') return user(row);
  if (type === 'system')
    return { kind: text(row, 'subtype') === 'compact_boundary' ? 'compacted' : 'nothing' };
  return { kind: type !== null && WITHOUT_MEANING.has(type) ? 'nothing' : 'unknown' };
}

function assistant(row: unknown): Meaning {
  const message = get(row, 'message');
  if (get(row, 'isApiErrorMessage') === true) return { kind: 'api-error' };
  // The client speaks in the model's place: "No response requested." where a turn had been cut off.
  if (text(message, 'model') === '<synthetic>') return { kind: 'nothing' };
  const blocks = blocksOf(message);
  if (blocks === null) return { kind: 'unknown' };
  return {
    kind: 'says',
    messageId: text(message, 'id'),
    awaitsTool: text(message, 'stop_reason') === 'tool_use',
    blocks: blocks.flatMap(said),
  };
}

function said(block: unknown): Said[] {
  const type = text(block, 'type');
  if (type === 'text') {
    const words = text(block, 'text') ?? '';
    return words.trim() === '' ? [] : [{ kind: 'text', text: words }];
  }
  const id = text(block, 'id');
  const tool = text(block, 'name');
  if (type !== 'tool_use' || id === null || tool === null) return [];
  return [{ kind: 'tool', id, tool, input: get(block, 'input') }];
}

function user(row: unknown): Meaning {
  if (get(row, 'isCompactSummary') === true) return { kind: 'nothing' };
  const blocks = blocksOf(get(row, 'message'));
  if (blocks === null) return { kind: 'unknown' };
  const results = blocks.flatMap((block) => resultOf(block, row));
  if (results.length > 0) return { kind: 'results', results };
  const words = blocks.map((block) => text(block, 'text') ?? '').join('\n');
  if (words.startsWith('[Request interrupted by user')) return { kind: 'interrupted' };
  if (get(row, 'isMeta') !== true) return { kind: 'boundary' };
  return { kind: words.startsWith('Stop hook feedback') ? 'boundary' : 'nothing' };
}

function resultOf(block: unknown, row: unknown): Result[] {
  const toolUseId = text(block, 'tool_use_id');
  if (text(block, 'type') !== 'tool_result' || toolUseId === null) return [];
  const content = get(block, 'content');
  if (get(block, 'is_error') === true) {
    const words = wordsOf(content);
    const ran = didRun(words, row);
    return [{ toolUseId, ok: false, ran, ranInShell: ran && didRunInShell(words, row), response: words }];
  }
  // What PostToolUse carries as `tool_response`. Rows of subagents have the text alone.
  const structured = get(row, 'toolUseResult');
  return [{ toolUseId, ok: true, ran: true, ranInShell: true, response: structured ?? wordsOf(content) }];
}

/** How the client words it that a call was refused before it ran; each was seen, the hooks stayed silent. */
const REFUSED =
  /^(?:<tool_use_error>|The user doesn't want to |Permission to use |Claude requested permissions to |\[Request interrupted by user|Hook PreToolUse)|was blocked\. For security, Claude Code may only/;

function didRun(words: string, row: unknown): boolean {
  return !REFUSED.test(words) && text(row, 'toolUseResult') !== 'User rejected tool use';
}

/** A person's own hook refuses in its own words. What did run begins with its exit code, from this client on. */
const TELLS_EXIT_CODES = '2.1.0';

function didRunInShell(words: string, row: unknown): boolean {
  const version = text(row, 'version');
  if (version === null || compareVersions(version, TELLS_EXIT_CODES) < 0) return true;
  return words.startsWith('Exit code ');
}

/** The content of a message as blocks; null where it has none, so that the row is none that we know. */
function blocksOf(message: unknown): unknown[] | null {
  const content = get(message, 'content');
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content : null;
}

function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block) => text(block, 'text') ?? '').join('\n');
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function timeOf(written: string | null): string | null {
  if (written === null || ISO.test(written)) return written;
  const time = new Date(written);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function get(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

function text(value: unknown, key: string): string | null {
  const found = get(value, key);
  return typeof found === 'string' && found !== '' ? found : null;
}
