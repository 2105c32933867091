import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { HoldfastError, messageOf } from '../../errors/index.ts';
import { sha256 } from '../installs.ts';
import { wasShipped } from './known-bytes.ts';
import type { OwnedRecord } from './record.ts';

/** A whole file that Holdfast writes into a person's folder. */
export type OwnedFile = {
  /** Its name in the record. */
  name: string;
  file: string;
  content: Buffer;
  mode: number;
  /** Its path in the package, by which its checksums are kept. */
  shippedAs: string;
  /** How a person gets it back who deleted it: a command. */
  back: string;
};

export type Judged = { present: Buffer | null } & (
  | { state: 'absent' | 'current' | 'mode' | 'ours' }
  /** The person's by now, and why. */
  | { state: 'edited'; why: string }
  | { state: 'unreadable'; error: HoldfastError }
);

/** What lies where one of our files belongs. In doubt it is the person's. */
export function judge(owned: OwnedFile, record: OwnedRecord | null): Judged {
  const { file, content, mode } = owned;
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats) return { state: 'absent', present: null };
  const odd = oddKind(file, stats);
  if (odd !== null && !stats.isSymbolicLink()) return { state: 'edited', present: null, why: odd };
  let present: Buffer;
  try {
    present = readFileSync(file);
  } catch (cause) {
    if (odd !== null) return { state: 'edited', present: null, why: odd };
    return { state: 'unreadable', present: null, error: unreadable(file, cause) };
  }
  if (present.equals(content)) {
    const wrongMode = odd === null && (stats.mode & 0o777) !== mode;
    return { state: wrongMode ? 'mode' : 'current', present };
  }
  // Whoever made a link chose what lies at its end.
  if (odd !== null) return { state: 'edited', present, why: odd };
  if (isOurs(owned, record, present)) return { state: 'ours', present };
  return { state: 'edited', present, why: editedHow(owned, record, present) };
}

/** Bytes that we wrote: by the record of this home, or ever. */
export function isOurs(
  { name, shippedAs }: Pick<OwnedFile, 'name' | 'shippedAs'>,
  record: OwnedRecord | null,
  bytes: Buffer,
): boolean {
  const hash = sha256(bytes);
  const known = [record?.files[name], record?.replaced?.[name], record?.offered?.[name]];
  return known.includes(hash) || wasShipped(shippedAs, hash);
}

function oddKind(file: string, stats: Stats): string | null {
  if (stats.isSymbolicLink()) return `is a link to ${readlinkSync(file)}`;
  if (stats.isDirectory()) return 'is a folder';
  return stats.isFile() ? null : 'is no file';
}

function editedHow(owned: OwnedFile, record: OwnedRecord | null, present: Buffer): string {
  const unixEnds = Buffer.from(present.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  const onlyEnds = unixEnds.equals(owned.content) || isOurs(owned, record, unixEnds);
  return onlyEnds ? 'got the line ends of Windows' : 'was edited by hand';
}

function unreadable(file: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'FILE_UNREADABLE',
    `${file} cannot be read: ${messageOf(cause)}.`,
    'Make it readable for you, or remove it, and run `holdfast migrate`.',
    { cause, details: { file } },
  );
}
