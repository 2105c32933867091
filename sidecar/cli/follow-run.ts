import { closeSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { paint, plain, short } from './print.ts';
import { ENDED } from './run-shape.ts';
import { readRun, type ShownRun, spent, stateOf } from './show-run.ts';

const LOOK_EVERY_MS = 500;
const READ_BYTES = 256 * 1024;

/** Shows a run as it goes, from the streams of its turns, until it ends. Ctrl-C leaves the view, not the run. */
export async function followRun(home: HomePaths, id: string): Promise<ShownRun> {
  process.once('SIGINT', () => {
    console.log(
      `\nThe run goes on. holdfast runs ${id} --follow comes back to it, holdfast kill ${id} ends it.`,
    );
    process.exit(0);
  });
  const streams = new Map<string, () => string[]>();
  const ended = new Set<string>();
  let state = '';
  for (;;) {
    const run = await readPatiently(home, id);
    for (const [index, turn] of run.turnRows.entries()) {
      if (!streams.has(turn.id)) {
        streams.set(turn.id, linesOf(turn.log));
        console.log(paint('bold', `turn ${index + 1}`) + paint('dim', `  ${spent(run)} so far`));
      }
      for (const line of streams.get(turn.id)?.() ?? []) for (const shown of show(line)) console.log(shown);
      if (turn.endedAt === null || ended.has(turn.id)) continue;
      ended.add(turn.id);
      const what = `${turn.state}, ${turn.toolCalls} tool calls, ${turn.costUsd.toFixed(2)} USD`;
      console.log(paint('dim', `turn ${index + 1} ended: ${what}`));
    }
    if (stateOf(run) !== state && run.state !== 'running') console.log(stateOf(run));
    state = stateOf(run);
    if (ENDED.includes(run.state)) return run;
    await sleep(LOOK_EVERY_MS);
  }
}

/** A sidecar that restarts meanwhile is waited for. */
async function readPatiently(home: HomePaths, id: string): Promise<ShownRun> {
  for (;;) {
    try {
      return await readRun(home, id);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'SIDECAR_NOT_RUNNING') throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** What was added to a stream since the last look: whole lines alone. */
function linesOf(file: string): () => string[] {
  let offset = 0;
  let rest = Buffer.alloc(0);
  return () => {
    const read = bytesAfter(file, offset);
    offset += read.length;
    const all = Buffer.concat([rest, read]);
    const end = all.lastIndexOf(0x0a) + 1;
    rest = all.subarray(end);
    return all.subarray(0, end).toString('utf8').split('\n').filter(Boolean);
  };
}

function bytesAfter(file: string, offset: number): Buffer {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(READ_BYTES);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, READ_BYTES, offset));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return Buffer.alloc(0); // Not there yet: the next look sees it.
  }
}

type Block = { type?: string; text?: unknown; name?: unknown; input?: Record<string, unknown> };

function* show(line: string): Generator<string> {
  let event: { type?: string; message?: { content?: Block[] } };
  try {
    event = JSON.parse(line);
  } catch {
    return; // No event: the engine counts those.
  }
  if (event?.type !== 'assistant' || !Array.isArray(event.message?.content)) return;
  for (const { type, text, name, input } of event.message.content) {
    if (type === 'text' && typeof text === 'string') {
      for (const part of text.trim().split('\n')) yield `  ${plain(part)}`;
    } else if (type === 'tool_use') yield `  ${paint('cyan', plain(String(name)))} ${plain(gist(input))}`;
  }
}

/** What a call acts on, in one line. */
function gist(input: Record<string, unknown> = {}): string {
  const named = input.command ?? input.file_path ?? input.pattern ?? input.description ?? input.url;
  return short(typeof named === 'string' ? named : JSON.stringify(input), 140);
}
