import { styleText } from 'node:util';
import Table from 'cli-table3';

type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold' | 'cyan';

/** Colours only for a person's terminal, and never against NO_COLOR. */
export function paint(style: Style, text: string): string {
  const coloured = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return coloured ? styleText(style, text) : text;
}

/** `wrapped`: so many of the last columns hold sentences, which share what a terminal leaves them. */
export function printTable(head: string[], rows: string[][], wrapped = 0): void {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
  const lines = { 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' };
  const table = new Table({
    head: head.map((title) => paint('bold', title)),
    chars: { ...none, ...lines, right: '', 'right-mid': '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    ...widths([head, ...rows], wrapped),
  });
  // A name from a transcript may hold control characters, and a terminal would obey them.
  table.push(...rows.map((row) => row.map(plain)));
  console.log(table.toString());
}

function widths(rows: string[][], wrapped: number): { wordWrap?: true; colWidths?: (number | null)[] } {
  const own = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const fixed = own.slice(0, own.length - wrapped);
  const left = (process.stdout.columns ?? Number.POSITIVE_INFINITY) - sum(fixed) - 2 * own.length;
  const sentences = own.slice(fixed.length);
  if (wrapped === 0 || sum(sentences) <= left) return {};
  const each = Math.max(20, Math.floor(left / wrapped));
  return { wordWrap: true, colWidths: [...fixed, ...sentences.map((width) => Math.min(width, each))] };
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

/** What somebody else wrote, for a terminal: every control character as a mark, colours among them. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}

/** `3 s ago`, `2 h ago`: what a person asks a list. */
export function ago(timestamp: string | null, now: Date = new Date()): string {
  return timestamp === null ? '–' : `${span(now.getTime() - Date.parse(timestamp))} ago`;
}

/** `in 3 min`. */
export function ahead(timestamp: string, now: Date = new Date()): string {
  return `in ${span(Date.parse(timestamp) - now.getTime())}`;
}

function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** On one line, and cut where it is longer. */
export function short(text: string, longest: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
