import { styleText } from 'node:util';
import Table from 'cli-table3';

type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold' | 'cyan';

/** Colours only for a person's terminal, and never against NO_COLOR. */
export function paint(style: Style, text: string): string {
  const coloured = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return coloured ? styleText(style, text) : text;
}

export function printTable(head: string[], rows: string[][]): void {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
  const lines = { 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' };
  const table = new Table({
    head: head.map((title) => paint('bold', title)),
    chars: { ...none, ...lines, right: '', 'right-mid': '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  // A name from a transcript may hold control characters, and a terminal would obey them.
  table.push(...rows.map((row) => row.map(plain)));
  console.log(table.toString());
}

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
