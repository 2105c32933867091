import { fileKindsOf, isCode } from '../matching/files.ts';
import type { ToolReading } from './tool.ts';

/** `> file`: the file is made or changed. Whether it was there before, the command line does not tell. */
export function readWrites(files: readonly string[]): ToolReading {
  const acts = files.flatMap((file) =>
    (['create', 'update'] as const).map((verb) => ({
      verb,
      on: [file],
      kinds: fileKindsOf(file),
      named: true as const,
      needsWord: true as const,
    })),
  );
  return { acts, changesCode: files.some(isCode) };
}
