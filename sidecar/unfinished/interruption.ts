import { open } from 'node:fs/promises';

/** When a person interrupted the turn that a transcript ends in; null: its last turn was not interrupted. */
export type InterruptedAt = (transcript: string) => Promise<string | null>;

/** The last message is at the end. One that is longer than this (a large tool result) is no interruption. */
const TAIL_BYTES = 64 * 1024;
const MARK = '[Request interrupted by user';

export const interruptedAt: InterruptedAt = async (transcript) => {
  try {
    return lastInterruption(await tailOf(transcript));
  } catch {
    return null; // No transcript, or none that we may read: then the hooks alone tell.
  }
};

async function tailOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Rows of other kinds (titles, snapshots, a subagent's) may follow the last message of the session. */
function lastInterruption(tail: string): string | null {
  const messages = tail.split('\n').flatMap((line) => messageOf(line));
  const last = messages.at(-1);
  return last?.interrupted ? last.at : null;
}

function messageOf(line: string): { at: string; interrupted: boolean }[] {
  const row = rowOf(line);
  const isMessage = row.type === 'user' || row.type === 'assistant';
  if (!isMessage || row.isSidechain === true || typeof row.timestamp !== 'string') return [];
  const interrupted = row.type === 'user' && textsOf(row.message).some((text) => text.startsWith(MARK));
  return row.isMeta === true && !interrupted ? [] : [{ at: row.timestamp, interrupted }];
}

function rowOf(line: string): Record<string, unknown> {
  if (!line.startsWith('{')) return {};
  try {
    return fieldsOf(JSON.parse(line));
  } catch {
    return {}; // Cut at the beginning of the tail, or by a kill in the middle of a write.
  }
}

function textsOf(message: unknown): string[] {
  const { content } = fieldsOf(message);
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.map((block) => fieldsOf(block).text).filter((text) => typeof text === 'string');
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
