import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '../errors/index.ts';
import { writeWhole } from '../home/index.ts';

const KEY = /^[0-9a-f]{64}\n?$/;

/** What the board's cookies are signed with, made where there is none. To delete the file logs every browser out. */
export function boardKey(
  file: string,
  warn: (what: string, facts: Record<string, unknown>) => void = () => {},
): Buffer {
  const known = read(file);
  if (known) return known;
  const key = randomBytes(32);
  try {
    writeWhole(file, `${key.toString('hex')}\n`);
  } catch (error) {
    // A full disk: everything else still serves, and the board until the next start.
    warn("the board's key could not be kept; browsers are logged out by the next start", {
      why: messageOf(error),
    });
  }
  return key;
}

function read(file: string): Buffer | null {
  try {
    const text = readFileSync(file, 'utf8');
    return KEY.test(text) ? Buffer.from(text.trim(), 'hex') : null;
  } catch {
    return null; // The first start, or a file that is not ours to read: then a new one is made.
  }
}
