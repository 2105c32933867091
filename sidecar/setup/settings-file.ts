import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';
import { refusal } from './settings-text.ts';

/** The text of a settings file, byte order mark included; null where there is no file. */
export function readSettings(file: string): string | null {
  let bytes: Buffer | null;
  try {
    bytes = readBytes(file);
  } catch (cause) {
    throw refusal(file, `it cannot be read (${messageOf(cause)})`, { cause });
  }
  try {
    return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    // Claude Code reads UTF-16 too; written back as UTF-8 it would not be the person's file any more.
    throw refusal(file, 'it is not UTF-8', { cause });
  }
}

/** Null where there is no file. */
export function readBytes(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return null;
    throw cause;
  }
}

export function applyText(
  file: string,
  planned: string | null,
  expectedBefore: string | null,
  options: { newFileMode?: number } = {},
): void {
  const bytesOf = (text: string | null) => (text === null ? null : Buffer.from(text, 'utf8'));
  applyBytes(file, bytesOf(planned), bytesOf(expectedBefore), options);
}

/**
 * Puts `planned` where `expectedBefore` stands, or throws and leaves the file alone; null is no file.
 * The real target of a link is written, and its mode and owner stay. Only a write by somebody else in the
 * instant between the second reading and the rename could be lost: no file system offers more.
 */
export function applyBytes(
  file: string,
  planned: Buffer | null,
  expectedBefore: Buffer | null,
  { newFileMode }: { newFileMode?: number } = {},
): void {
  if (!isSame(readBytes(file), expectedBefore)) throw changedMeanwhile(file);
  try {
    const target = realTarget(file);
    // One level only: a project that is not there is a mistake, and no reason to make it.
    if (planned !== null && !existsSync(dirname(file))) mkdirSync(dirname(file));
    if (planned === null) rmSync(target, { force: true });
    else writeFileAtomic.sync(target, planned, expectedBefore === null ? { mode: newFileMode } : {});
  } catch (cause) {
    throw new HoldfastError(
      'SETTINGS_UNWRITABLE',
      `${file} cannot be written: ${messageOf(cause)}.`,
      'Make the file and its folder writable for you, and try again.',
      { cause, details: { file } },
    );
  }
  // A running session writes its settings from memory, and can do so at any time.
  if (!isSame(readBytes(file), planned)) throw changedMeanwhile(file);
}

function isSame(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

/** write-file-atomic follows a link only where its target exists; else it would replace the link. */
export function realTarget(file: string): string {
  try {
    return realpathSync(file);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    return isLink ? realTarget(resolve(dirname(file), readlinkSync(file))) : file;
  }
}

function changedMeanwhile(file: string): HoldfastError {
  return new HoldfastError(
    'SETTINGS_CHANGED',
    `${file} was changed by somebody else at the same moment.`,
    'Close the Claude Code sessions that use it, and try again.',
    { details: { file } },
  );
}
