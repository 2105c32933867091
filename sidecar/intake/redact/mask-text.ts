import { type Found, mask, type SecretPattern } from './pattern.ts';
import { PATTERNS } from './patterns.ts';

/**
 * One search for the marks of ten patterns. Measured over 2 KB: the engine skips ahead for ten marks and tries
 * each character for thirty, which takes twice the time, as does one search for each.
 */
const PATTERNS_A_GATE = 10;
const GATES = [false, true].flatMap((anyCase) =>
  gatesOf(
    PATTERNS.filter(({ pattern }) => pattern.ignoreCase === anyCase),
    anyCase ? 'i' : '',
  ),
);

function gatesOf(patterns: SecretPattern[], flags: string): { mark: RegExp; patterns: SecretPattern[] }[] {
  if (patterns.length === 0) return [];
  const here = patterns.slice(0, PATTERNS_A_GATE);
  const marks = new Set(here.map(({ mark }) => mark.source));
  const gate = { mark: new RegExp([...marks].join('|'), flags), patterns: here };
  return [gate, ...gatesOf(patterns.slice(PATTERNS_A_GATE), flags)];
}

/** Where one match swallows the beginning of the next, the next is found once that one is masked. */
const MOST_PASSES = 8;

/** Of UTF-16 units. From 4 MB on, one match that runs to the end overflows the stack of the engine and throws. */
const LONGEST = 1_000_000;
const LONGEST_KEY = 20_000;

/** The text with every secret in it replaced by `[masked:name]`. */
export function maskText(text: string): string {
  let masked = '';
  let rest = text;
  while (rest.length > LONGEST) {
    const end = endOfPiece(rest);
    masked += maskPiece(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return masked + maskPiece(rest);
}

/** At the end of a line, and not in the midst of a private key, the one secret of many lines. */
function endOfPiece(text: string): number {
  const line = text.lastIndexOf('\n', LONGEST);
  const key = text.lastIndexOf('-----BEGIN', line);
  const end = key > line - LONGEST_KEY ? key : line;
  return end > 0 ? end : LONGEST;
}

function maskPiece(text: string): string {
  let masked = text;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const before = masked;
    masked = maskOnce(before);
    if (masked === before) break;
  }
  return masked;
}

function maskOnce(text: string): string {
  let masked = text;
  for (const gate of GATES) {
    if (gate.mark.test(masked)) masked = gate.patterns.reduce(maskOne, masked);
  }
  return masked;
}

function maskOne(text: string, entry: SecretPattern): string {
  if (!entry.mark.test(text)) return text;
  let masked = '';
  let copied = 0;
  for (const match of text.matchAll(entry.pattern)) {
    const found = foundIn(text, match);
    if (entry.isSecret?.(found) === false) continue;
    masked += text.slice(copied, found.end - found.secret.length) + mask(entry.name);
    copied = found.end;
  }
  return copied === 0 ? text : masked + text.slice(copied);
}

function foundIn(text: string, match: RegExpExecArray): Found {
  const kept = match[1] ?? '';
  const end = match.index + match[0].length;
  return { kept, secret: match[0].slice(kept.length), start: match.index, end, text };
}
