import type { Step } from './judge.ts';
import { linesOf } from './lines.ts';
import { type Meaning, type Result, type Row, readRow } from './row.ts';
import type { Transcript } from './transcript.ts';

/** What was met on the way, and told nothing or was half of something. */
export type StepCounts = {
  tornLines: number;
  unknownRows: number;
  longLines: number;
  /** Calls whose result the transcript does not hold. */
  missingResults: number;
  interruptedTurns: number;
  compactions: number;
  readBytes: (count: number) => void;
};

type Asked = { tool: string; input: unknown; messageId: string | null };
type LastText = {
  message: string;
  at: string;
  uuid: string | null;
  messageId: string | null;
  awaitsTool: boolean;
};

/** One agent's turn so far: the session's own, or a subagent's whose rows lie among them. */
type Turn = { begun: boolean; text: LastText | null; asked: Map<string, Asked> };

/**
 * Reads one transcript as what the hooks would have told of it. A turn ends when somebody speaks to the agent
 * again, or with the file; its Stop has the time of its last text, so that the sessions of a project can be
 * put in order.
 */
export function* stepsOf(transcript: Transcript, counts: StepCounts): Generator<Step> {
  const { sessionId } = transcript;
  const turns = new Map<string | null, Turn>();
  let at = transcript.startsAt;
  let cwd = transcript.cwd;

  for (const line of linesOf(transcript.path, counts)) {
    const row = rowOf(line, counts);
    if (row === null) continue;
    at = row.at ?? at;
    cwd = row.cwd ?? cwd;
    const agentId = transcript.agentId ?? row.agentId;
    const turn = turnOf(agentId);
    const { meaning } = row;
    if (meaning.kind === 'says') hear(turn, meaning, at, row.uuid);
    else if (meaning.kind === 'results') {
      for (const result of meaning.results) yield* finished(turn, agentId, result);
    } else if (meaning.kind === 'boundary') yield* end(turn, agentId);
    else if (meaning.kind === 'interrupted') interrupt(turn);
    else if (meaning.kind === 'api-error') turn.text = null;
    else if (meaning.kind === 'compacted') counts.compactions += 1;
    else if (meaning.kind === 'unknown') counts.unknownRows += 1;
  }
  for (const [agentId, turn] of turns) yield* end(turn, agentId);

  function turnOf(agentId: string | null): Turn {
    const known = turns.get(agentId);
    if (known) return known;
    const turn: Turn = { begun: false, text: null, asked: new Map() };
    turns.set(agentId, turn);
    return turn;
  }

  function* finished(turn: Turn, agentId: string | null, result: Result): Generator<Step> {
    const asked = turn.asked.get(result.toolUseId);
    if (asked === undefined) return; // Its question was torn away, or went with a compaction.
    turn.asked.delete(result.toolUseId);
    turn.text = null;
    const { tool, input } = asked;
    if (!(tool === 'Bash' ? result.ranInShell : result.ran)) return;
    const call = { tool, input, ok: result.ok, response: result.response };
    yield { kind: 'call', at, sessionId, agentId, toolUseId: result.toolUseId, cwd, call };
  }

  function* end(turn: Turn, agentId: string | null): Generator<Step> {
    const { text, asked } = turn;
    const waits = text !== null && [...asked.values()].some(({ messageId }) => messageId === text.messageId);
    counts.missingResults += asked.size;
    Object.assign(turn, { begun: false, text: null, asked: new Map() } satisfies Turn);
    // Cut off in the midst of a message, it never came to its Stop.
    if (text === null || text.awaitsTool || waits) return;
    yield { kind: 'turn-end', at: text.at, sessionId, agentId, uuid: text.uuid, message: text.message };
  }

  function interrupt(turn: Turn): void {
    if (turn.begun) counts.interruptedTurns += 1;
    turn.text = null;
  }
}

/** One message may be spread over several rows; the client's Stop tells the last text of them all. */
function hear(turn: Turn, says: Extract<Meaning, { kind: 'says' }>, at: string, uuid: string | null): void {
  const { messageId, awaitsTool } = says;
  turn.begun = true;
  for (const block of says.blocks) {
    if (block.kind === 'text') turn.text = { message: block.text, at, uuid, messageId, awaitsTool };
    else {
      turn.text = null;
      turn.asked.set(block.id, { tool: block.tool, input: block.input, messageId } satisfies Asked);
    }
  }
}

function rowOf(line: string, counts: StepCounts): Row | null {
  if (line.trim() === '') return null;
  try {
    return readRow(JSON.parse(line));
  } catch {
    counts.tornLines += 1;
    return null;
  }
}
