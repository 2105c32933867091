import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { HoldfastError, messageOf } from '../errors/index.ts';

/** What a row has to be: `read` answers null for one that it is not. */
export type RowForm<Row> = { read: (row: object) => Row | null; shape: string; hint: string };

/** FILE, or standard input without one. What goes wrong while it is read is the person's to know. */
export async function withInput(
  file: string | undefined,
  read: (input: NodeJS.ReadableStream) => Promise<void>,
): Promise<void> {
  try {
    await read(file === undefined ? process.stdin : createReadStream(file));
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('BAD_INPUT', `cannot read ${file ?? 'standard input'}: ${messageOf(error)}`, '', {
      cause: error,
    });
  }
}

/** One row in, one row out, so that a corpus of any size fits. A row without `id` is answered with its line's number. */
export async function answerRows<Row>(
  input: NodeJS.ReadableStream,
  form: RowForm<Row>,
  answer: (row: Row) => object,
): Promise<void> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const { id, row } = rowOf(line, number, form);
    const isTaken = process.stdout.write(`${JSON.stringify({ id, ...answer(row) })}\n`);
    if (!isTaken) await once(process.stdout, 'drain');
  }
}

function rowOf<Row>(
  line: string,
  number: number,
  { read, shape, hint }: RowForm<Row>,
): { id: unknown; row: Row } {
  const value = parsed(line);
  const row = typeof value === 'object' && value !== null ? read(value) : null;
  if (row === null || typeof value !== 'object' || value === null) {
    throw new HoldfastError('BAD_INPUT', `line ${number} is no row ${shape}`, hint);
  }
  return { id: 'id' in value ? value.id : number, row };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // The caller names the line.
  }
}
