import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Step =
  | { kind: 'prompt'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'tool use'; id: string; name: string; input: Record<string, unknown> }
  | { kind: 'tool result'; toolUseId: string; isError: boolean };

/** What happened in a session, in order, as the client itself wrote it down. */
export function readTranscript({ home, sessionId }: { home: string; sessionId: string }): Step[] {
  const lines = readFileSync(findTranscript(home, sessionId), 'utf8').split('\n');
  // After a kill -9 the last line may be cut: only what ends with a line feed was written whole.
  lines.pop();
  return lines.flatMap((line) => stepsOf(JSON.parse(line) as Line));
}

export function findTranscript(home: string, sessionId: string): string {
  const projects = join(home, '.claude', 'projects');
  const files = readdirSync(projects, { recursive: true, encoding: 'utf8' });
  const found = files.find((file) => file.endsWith(`${sessionId}.jsonl`));
  if (found === undefined) throw new Error(`There is no transcript of ${sessionId} below ${projects}.`);
  return join(projects, found);
}

type Content =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> }
  | { type: 'tool_result'; tool_use_id: string; is_error?: boolean };

/** The client writes many other kinds of lines (attachments, queue operations, …): they have no message. */
interface Line {
  /** Said by the client in the user's name. */
  isMeta?: boolean;
  message?: { role: 'user' | 'assistant'; content: string | Content[] };
}

function stepsOf({ isMeta, message }: Line): Step[] {
  if (message === undefined || isMeta) return [];
  const { role, content } = message;
  const blocks: Content[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return blocks.flatMap((block) => step(role, block));
}

function step(role: 'user' | 'assistant', block: Content): Step[] {
  if (block.type === 'text') return [{ kind: role === 'user' ? 'prompt' : 'text', text: block.text }];
  if (block.type === 'tool_use') {
    return [{ kind: 'tool use', id: block.id, name: block.name, input: block.input }];
  }
  if (block.type === 'tool_result') {
    return [{ kind: 'tool result', toolUseId: block.tool_use_id, isError: block.is_error ?? false }];
  }
  // Thinking, images: not looked at.
  return [];
}
