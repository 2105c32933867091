/** One program that a command line starts, with everything around it taken off: `sudo`, `env`, `npx`, `cd x &&`. */
export type Invocation = {
  /** Without its folder: `git`, `gradlew`, `seed.sh`. */
  program: string;
  /** As it was written: `./scripts/seed.sh`. */
  path: string;
  args: readonly string[];
  /** Assignments in front of it. */
  env: ReadonlyMap<string, string>;
  /** Directories, hosts and containers in which it ran. */
  where: readonly string[];
  /** Files that its redirections write. */
  writes: readonly string[];
  /** Standard input, where the command line holds it: a here-document. */
  stdin: string;
  /** What the whole call printed. */
  output: string;
};

/** The words that are neither options nor values of `valued` options. */
export function positionals(args: readonly string[], valued: readonly string[] = []): string[] {
  const found: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') return [...found, ...args.slice(at + 1)];
    if (valued.includes(word)) at += 1;
    else if (!word.startsWith('-') || word === '-') found.push(word);
  }
  return found;
}

export function hasOption(args: readonly string[], ...names: string[]): boolean {
  return args.some((word) => names.some((name) => word === name || word.startsWith(`${name}=`)));
}

/** The value of `--name value` or `--name=value`, the first of `names` that is there. */
export function optionValue(args: readonly string[], ...names: string[]): string | undefined {
  return optionValues(args, ...names)[0];
}

export function optionValues(args: readonly string[], ...names: string[]): string[] {
  return args.flatMap((word, at) => {
    const name = names.find((one) => word === one || (one.length > 2 && word.startsWith(`${one}=`)));
    if (name === undefined) return [];
    const value = word === name ? args[at + 1] : word.slice(name.length + 1);
    return value === undefined ? [] : [value];
  });
}

/** Letters of joined short options: `-am` holds `a` and `m`. */
export function hasLetter(args: readonly string[], letter: string): boolean {
  return args.some((word) => /^-[A-Za-z]+$/.test(word) && word.includes(letter));
}
