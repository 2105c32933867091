import type { ArrayValue, Command, Word } from 'unbash';
import type { Invocation } from './invocation.ts';
import { programOf } from './unwrap.ts';

/** Where and with what environment the next program runs. */
export type Place = { where: readonly string[]; env: ReadonlyMap<string, string> };

/** The program that a simple command starts; null for one that only assigns or redirects nothing. */
export function invocationOf(command: Command, place: Place, output: string): Invocation | null {
  const env = new Map(place.env);
  for (const prefix of command.prefix) {
    if (prefix.type === 'Assignment') env.set(prefix.name, textOf(prefix.value));
  }
  const writes: string[] = [];
  let stdin = '';
  for (const redirect of command.redirects) {
    if (redirect.type === 'HereDoc') stdin += redirect.body.text;
    else if (redirect.type === 'HereString') stdin += redirect.target?.value ?? '';
    else if (/^(?:&?>>?|>\|)$/.test(redirect.operator)) writes.push(redirect.target?.value ?? '');
  }
  const path = command.name?.value ?? '';
  if (path === '' && writes.length === 0) return null;
  return {
    path,
    program: programOf(path),
    args: command.args.map((word) => (word.type === 'Word' ? word.value : word.text)),
    env,
    where: place.where,
    writes: writes.filter((file) => file !== '' && !file.startsWith('/dev/')),
    stdin,
    output,
  };
}

const textOf = (value: Word | ArrayValue): string => (value.type === 'Word' ? value.value : '');
