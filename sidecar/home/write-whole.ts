import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * Writes one of the home's own files, 0600: a reader sees the old text or the new one. For the sidecar
 * alone, which is one; it starts without write-file-atomic, which takes as long to load as all of this room.
 */
export function writeWhole(file: string, text: string): void {
  const written = `${file}.new`;
  const open = openSync(written, 'w', 0o600);
  try {
    writeSync(open, text);
    fsyncSync(open); // Else a power cut after the rename could leave an empty file.
  } finally {
    closeSync(open);
  }
  renameSync(written, file);
}
