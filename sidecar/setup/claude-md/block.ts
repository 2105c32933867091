import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../machine/index.ts';
import { type BlockRecord, sha256 } from '../installs.ts';
import { wasShipped } from '../owned/known-bytes.ts';

export const BEGIN = '<!-- holdfast:begin -->';
export const END = '<!-- holdfast:end -->';
const SHIPPED_AS = 'templates/claude-md-block.md';

const BLOCK = new RegExp(
  `${BEGIN}(\\r\\n|\\n|\\r)([\\s\\S]*?)(?:\\r\\n|\\n|\\r)?${END}(\\r\\n|\\n|\\r)?`,
  'g',
);

/** Where our block stands in a text; `words` by the line ends of Unix, whatever the file has. */
export type Block = { start: number; end: number; words: string };

/** What stands between the markers. */
export function shippedWords(): string {
  return readFileSync(join(PACKAGE_ROOT, SHIPPED_AS), 'utf8').trimEnd();
}

/** Null: no block. `broken`: markers that do not make one block, which nobody but the person can mend. */
export function findBlock(text: string): Block | 'broken' | null {
  const markers = text.split(BEGIN).length - 1 + (text.split(END).length - 1);
  if (markers === 0) return null;
  const found = [...text.matchAll(BLOCK)];
  const [first] = found;
  if (!first || found.length !== 1 || markers !== 2) return 'broken';
  const words = (first[2] ?? '').replaceAll(/\r\n|\r/g, '\n');
  return { start: first.index, end: first.index + first[0].length, words };
}

export function areOurs(words: string, known?: BlockRecord): boolean {
  const hashes = [known?.sha256, known?.replaced, known?.offered];
  // The shipped file ends in a line end, the words between two markers do not.
  return hashes.includes(sha256(words)) || wasShipped(SHIPPED_AS, sha256(`${words}\n`));
}

export function appendBlock(text: string, words: string): { text: string; lead: string } {
  const lineEnd = lineEndOf(text);
  const lead = text === '' || /(?:\r\n\r\n|\n\n|\r\r)$/.test(text) ? '' : leadAfter(text, lineEnd);
  return { text: text + lead + render(words, lineEnd), lead };
}

export function replaceBlock(text: string, { start, end }: Block, words: string): string {
  const hadLineEnd = /[\r\n]$/.test(text.slice(start, end));
  const block = render(words, lineEndOf(text));
  return text.slice(0, start) + (hadLineEnd ? block : block.trimEnd()) + text.slice(end);
}

/** The text without the block and what we put before it; what others wrote around it stays as it is. */
export function removeBlock(text: string, { start, end }: Block, lead: string): string {
  const after = text.slice(end);
  const before = text.slice(0, start);
  const put = [turned(lead, text), lead].find((ends) => ends !== '' && before.endsWith(ends)) ?? '';
  const without = before.slice(0, before.length - put.length);
  const joinsLines = without !== '' && after !== '' && !/[\r\n]$/.test(without);
  return without + (joinsLines ? lineEndOf(text) : '') + after;
}

/** As it is where an editor has turned all line ends since. */
function turned(lead: string, text: string): string {
  if (!text.includes('\r')) return lead.replaceAll('\r\n', '\n');
  return text.includes('\n') && !/(?<!\r)\n/.test(text) ? lead.replaceAll(/(?<!\r)\n/g, '\r\n') : lead;
}

/** What we would have put before a block that we know nothing of: an empty line. */
export function probableLead(text: string, { start }: Block): string {
  const lineEnd = lineEndOf(text);
  return text.slice(0, start).endsWith(lineEnd + lineEnd) ? lineEnd : '';
}

export function render(words: string, lineEnd = '\n'): string {
  return [BEGIN, ...words.split('\n'), END, ''].join(lineEnd);
}

function leadAfter(text: string, lineEnd: string): string {
  return /[\r\n]$/.test(text) ? lineEnd : lineEnd + lineEnd;
}

function lineEndOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}
