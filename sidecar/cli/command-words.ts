import type { Command, Option } from 'commander';
import { CONFIG_KEYS } from '../home/index.ts';

/** What may follow a command: for a shell that completes a line. */
export type CommandWords = {
  /** `config set`; empty for the program itself. */
  path: string;
  commands: { word: string; says: string }[];
  options: { word: string; says: string; takesValue: boolean; values: string[] }[];
  /** What the first argument may be, where that is a list; null: the command takes none at all. */
  values: string[] | null;
};

/** What `--help` shows is the one table: every command of it, and below each what it declares. */
export function commandWords(command: Command, path = ''): CommandWords[] {
  const commands = command.commands.map((child) => ({ word: child.name(), says: child.description() }));
  const own: CommandWords = {
    path,
    commands,
    options: command.createHelp().visibleOptions(command).flatMap(wordOf),
    values: command.registeredArguments.length === 0 ? null : valuesOf(path, command),
  };
  return [own, ...command.commands.flatMap((child) => commandWords(child, `${path} ${child.name()}`.trim()))];
}

function wordOf({ long, description, required, optional, argChoices }: Option) {
  if (!long) return [];
  return [{ word: long, says: description, takesValue: required || optional, values: argChoices ?? [] }];
}

function valuesOf(path: string, command: Command): string[] {
  if (path === 'config get' || path === 'config set') return CONFIG_KEYS.map(({ key }) => key);
  return command.registeredArguments[0]?.argChoices ?? [];
}
