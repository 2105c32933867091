import type { Command } from 'commander';
import { commandWords } from './command-words.ts';
import { SHELL_SCRIPTS } from './shell-scripts.ts';

export type Shell = keyof typeof SHELL_SCRIPTS;

/** Prints it and writes nothing: where a shell reads its completions is the person's own. */
export async function run({ shell, program }: { shell: Shell; program: Command }): Promise<number> {
  process.stdout.write(SHELL_SCRIPTS[shell](commandWords(program)));
  return 0;
}
