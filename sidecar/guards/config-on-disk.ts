import { readFileSync } from 'node:fs';
import { HoldfastError, messageOf } from '../errors/index.ts';
import { type Config, readConfig } from '../home/index.ts';

/** What the next start would meet: a config, or its refusal. */
export type OnDisk = { config: Config } | { refused: string; hint: string };

/**
 * Reads config.json again for everybody who looks, and parses it only where its text is another one: by
 * its time alone a second edit within one tick of the file system's clock would never be seen.
 */
export function configOnDisk(file: string): () => OnDisk {
  let last: { text: string | null; found: OnDisk } | null = null;
  return () => {
    const text = textOf(file);
    if (last === null || text === null || last.text !== text) last = { text, found: judge(file) };
    return last.found;
  };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // Not there, or not readable: `readConfig` knows which of them is a fault.
  }
}

function judge(file: string): OnDisk {
  try {
    return { config: readConfig(file) };
  } catch (error) {
    const hint = error instanceof HoldfastError ? error.hint : '';
    return { refused: messageOf(error), hint };
  }
}
