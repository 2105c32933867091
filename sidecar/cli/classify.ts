import { classifyMessage, lastPart } from '../claims/index.ts';
import { answerRows, type RowForm, withInput } from './json-rows.ts';
import { paint, printJson, printTable } from './print.ts';

type Options = { file?: string; jsonl?: boolean; json?: boolean };

const MESSAGE: RowForm<string> = {
  read: (row) => ('text' in row && typeof row.text === 'string' ? row.text : null),
  shape: '{"id": …, "text": "…"}',
  hint: 'each line is one JSON object; without --jsonl the whole input is one message',
};

/** Needs no sidecar: the classifier is a function of the text. */
export async function run({ file, jsonl = false, json = false }: Options): Promise<number> {
  await withInput(file, async (input) => {
    if (jsonl) await answerRows(input, MESSAGE, (text) => ({ claims: classifyMessage(text).claims }));
    else show(await textOf(input), json);
  });
  return 0;
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
