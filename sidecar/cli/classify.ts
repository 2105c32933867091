import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { classifyMessage, lastPart } from '../claims/index.ts';
import { HoldfastError, messageOf } from '../errors/index.ts';
import { paint, printJson, printTable } from './print.ts';

type Options = { file?: string; jsonl?: boolean; json?: boolean };

/** Needs no sidecar: the classifier is a function of the text. */
export async function run({ file, jsonl = false, json = false }: Options): Promise<number> {
  const input = file === undefined ? process.stdin : createReadStream(file);
  try {
    if (jsonl) await classifyRows(input);
    else show(await textOf(input), json);
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('BAD_INPUT', `cannot read ${file ?? 'standard input'}: ${messageOf(error)}`, '', {
      cause: error,
    });
  }
  return 0;
}

/** Row by row, so that a corpus of any size fits. */
async function classifyRows(input: NodeJS.ReadableStream): Promise<void> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const { id, text } = rowOf(line, number);
    const isTaken = process.stdout.write(`${JSON.stringify({ id, claims: classifyMessage(text).claims })}\n`);
    if (!isTaken) await once(process.stdout, 'drain');
  }
}

function rowOf(line: string, number: number): { id: unknown; text: string } {
  const row = parsed(line);
  if (typeof row === 'object' && row !== null && 'text' in row && typeof row.text === 'string') {
    return { id: 'id' in row ? row.id : number, text: row.text };
  }
  throw new HoldfastError(
    'BAD_INPUT',
    `line ${number} is no row {"id": …, "text": "…"}`,
    'each line is one JSON object; without --jsonl the whole input is one message',
  );
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // The caller names the line.
  }
}

async function textOf(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function show(text: string, json: boolean): void {
  const { claims } = classifyMessage(text);
  const { truncated, readFrom } = lastPart(text);
  if (json) {
    printJson({ claims, ...(truncated ? { truncated, readFrom } : {}) });
    return;
  }
  if (claims.length === 0) console.log('No claim in this text.');
  else {
    printTable(
      ['kind', 'verb', 'object', 'waits for', 'said as'],
      claims.map(({ kind, verb, object, trigger, start, end }) => [
        kind,
        verb,
        object === '' ? '–' : object,
        trigger ?? '–',
        text.slice(start, end),
      ]),
    );
  }
  if (truncated) console.log(paint('dim', `Only the last 16 KB were read, from character ${readFrom} on.`));
}
