import type { SignKind } from './proofs.ts';

/** Something that happened in a session, and of which a hook must have told. */
export type Sign = { kind: SignKind; at: string; toolUseId: string | null };

/** A hook of ours that the client itself wrote down as run. Not every client does, nor for every event. */
export type Ran = { event: string; toolUseId: string | null; at: string };

/** What a session's first rows say of it. */
export type SessionFacts = {
  cwd: string | null;
  version: string | null;
  entrypoint: string | null;
  beganAt: string | null;
  /** Of the first prompt or answer: the file is made about then. */
  firstMessageAt: string | null;
};

/** What is asked of `audit`, which knows the rows of transcripts. */
export type RowMeaning =
  | { kind: 'says'; blocks: ({ kind: 'text'; text: string } | { kind: 'tool'; id: string; tool: string })[] }
  | { kind: 'results'; results: { toolUseId: string; ok: boolean; ran: boolean; ranInShell: boolean }[] }
  | { kind: 'boundary' | 'interrupted' | 'api-error' | 'compacted' | 'nothing' | 'unknown' };
export type ReadRow = (parsed: unknown) => { at: string | null; agentId: string | null; meaning: RowMeaning };

export type SignReader = {
  facts: SessionFacts;
  take: (line: string) => void;
  /** A part of the file was passed over: what came before says nothing of what comes after. */
  skip: () => void;
  /** Found since the last time. */
  found: () => { signs: Sign[]; ran: Ran[] };
};

/** Tools of the client that have their hooks without exception; of some others no hook tells at all. */
const PLAIN_TOOLS = new Set(['Bash', 'Read', 'Edit', 'Write', 'Glob', 'Grep']);

/** Reads one transcript, row by row, for what hooks must have told. */
export function signReader(readRow: ReadRow): SignReader {
  const facts: SessionFacts = {
    ...{ cwd: null, version: null, entrypoint: null, beganAt: null, firstMessageAt: null },
  };
  let signs: Sign[] = [];
  let ran: Ran[] = [];
  let asked = new Map<string, string>();
  let prompt: { at: string } | null = null;
  let answered = false;
  /** The agent has stopped, if the client goes on and is not killed in this very moment. */
  let ending: Sign | null = null;

  function take(line: string): void {
    const parsed = parse(line);
    if (parsed === null) return;
    learn(parsed);
    const row = readRow(parsed);
    if (row.agentId !== null) return; // A subagent's: what it does is told in its parent's name, at its own times.
    if (ending !== null && row.meaning.kind !== 'interrupted' && showsLife(parsed)) {
      signs.push(ending);
      ending = null;
    }
    const own = ourHookOf(parsed);
    if (own && row.at !== null) ran.push({ ...own, at: row.at });
    if (row.at !== null) read(row.meaning, parsed, row.at);
  }

  function learn(row: Fields): void {
    facts.cwd ??= textOf(row.cwd);
    facts.version ??= textOf(row.version);
    facts.entrypoint ??= textOf(row.entrypoint);
    facts.beganAt ??= textOf(row.timestamp);
    if (row.type === 'user' || row.type === 'assistant') facts.firstMessageAt ??= textOf(row.timestamp);
  }

  function read(meaning: RowMeaning, row: Fields, at: string): void {
    switch (meaning.kind) {
      case 'boundary':
        prompt = isPlainPrompt(row) ? { at } : null;
        answered = false;
        return;
      case 'says':
        says(meaning.blocks, row, at);
        return;
      case 'results':
        for (const result of meaning.results) finished(result, row, at);
        return;
      case 'api-error':
        // The client may be killed before it tells of this too.
        ending = { kind: 'refused', at, toolUseId: null };
        prompt = null;
        return;
      case 'interrupted':
        ending = null;
        prompt = null;
        return;
      case 'compacted':
        prompt = null;
        return;
      default:
        return;
    }
  }

  function says(blocks: Extract<RowMeaning, { kind: 'says' }>['blocks'], row: Fields, at: string): void {
    // Seen with 2.1.197: of a short session the prompt's own row can be lost, and the answer stands alone.
    if (!answered) signs.push({ kind: 'session', at, toolUseId: null });
    if (prompt !== null) signs.push({ kind: 'prompt', at: prompt.at, toolUseId: null });
    answered = true;
    prompt = null;
    for (const block of blocks) if (block.kind === 'tool') asked.set(block.id, block.tool);
    const spoke = blocks.some(({ kind }) => kind === 'text');
    if (spoke && fieldsOf(row.message).stop_reason === 'end_turn')
      ending = { kind: 'ended', at, toolUseId: null };
  }

  function finished(
    {
      toolUseId,
      ok,
      ran: didRun,
      ranInShell,
    }: { toolUseId: string; ok: boolean; ran: boolean; ranInShell: boolean },
    row: Fields,
    at: string,
  ): void {
    const tool = asked.get(toolUseId);
    asked.delete(toolUseId);
    if (tool === undefined || !PLAIN_TOOLS.has(tool) || !didRun) return;
    // A person's interrupt ends a tool in ways that tell of no hook.
    if (JSON.stringify(row.toolUseResult ?? '').includes('"interrupted":true')) return;
    if (ok) signs.push({ kind: 'ran', at, toolUseId }, { kind: 'ok', at, toolUseId });
    // Only of Bash do the words of a failure say for sure that it ran.
    else if (tool === 'Bash' && ranInShell)
      signs.push({ kind: 'ran', at, toolUseId }, { kind: 'failed', at, toolUseId });
  }

  return {
    facts,
    take,
    skip: () => {
      asked = new Map();
      prompt = null;
      ending = null;
    },
    found: () => {
      const now = { signs, ran };
      signs = [];
      ran = [];
      return now;
    },
  };
}

/** What a person typed, and nothing that the client made of it: a slash command has no prompt of its own. */
function isPlainPrompt(row: Fields): boolean {
  if (row.isMeta === true) return false;
  const { content } = fieldsOf(row.message);
  const first = Array.isArray(content) ? fieldsOf(content[0]).text : content;
  return typeof first === 'string' && /^[^</!#]/.test(first.trim());
}

/** That the client still worked after a turn's last word: it prompts, sums up, or says goodbye. */
function showsLife(row: Fields): boolean {
  return (
    row.type === 'last-prompt' ||
    row.type === 'queue-operation' ||
    row.type === 'user' ||
    (row.type === 'system' && row.subtype !== 'api_error')
  );
}

const OUR_SCRIPT = /\/hooks\/[a-z-]+\.sh 2>\/dev\/null \|\| :$/;

function ourHookOf(row: Fields): { event: string; toolUseId: string | null } | null {
  const { type, hookEvent, command, toolUseID } = fieldsOf(row.attachment);
  if (type !== 'hook_success' || typeof hookEvent !== 'string') return null;
  if (typeof command !== 'string' || !OUR_SCRIPT.test(command)) return null;
  return { event: hookEvent, toolUseId: textOf(toolUseID) };
}

type Fields = Record<string, unknown>;

function parse(line: string): Fields | null {
  if (!line.startsWith('{')) return null;
  try {
    return fieldsOf(JSON.parse(line));
  } catch {
    return null; // Torn by a kill, or still being written.
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
