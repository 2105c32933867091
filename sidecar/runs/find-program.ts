import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { HoldfastError } from '../errors/index.ts';

/**
 * The absolute path of the client: as configured, else the first `claude` on the PATH. Looked up here and
 * never left to whoever starts it, so that a run refuses before it has made anything.
 */
export function findClaude(configured: string | null, path: string = process.env.PATH ?? ''): string {
  if (configured !== null) {
    if (isProgram(configured)) return configured;
    throw new HoldfastError(
      'AGENT_BINARY_NOT_FOUND',
      `${configured}, the client that runs.claudePath names, is no file that can be executed.`,
      'Set runs.claudePath to the absolute path of `claude`, or remove it to use the one on the PATH.',
      { details: { path: configured } },
    );
  }
  const found = path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, 'claude'))
    .find(isProgram);
  if (found) return found;
  throw new HoldfastError(
    'AGENT_BINARY_NOT_FOUND',
    'There is no `claude` on the PATH of the sidecar.',
    'Install Claude Code, or set runs.claudePath to the absolute path of `claude`, and start the sidecar again.',
    { details: { path } },
  );
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // Not there, or not ours to execute: the same to us.
  }
}
