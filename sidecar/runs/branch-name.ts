import { HoldfastError } from '../errors/index.ts';

/** What `git check-ref-format --branch` refuses, without its reading of `@{-1}`. */
export function requireBranchName(name: string): void {
  const parts = name.split('/');
  const wrong =
    name === '' ||
    name === '@' ||
    name === 'HEAD' ||
    name.startsWith('-') ||
    name.endsWith('.') ||
    name.includes('..') ||
    name.includes('@{') ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what git refuses
    /[\u0000-\u0020\u007f~^:?*[\\]/.test(name) ||
    parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock'));
  if (!wrong) return;
  throw new HoldfastError(
    'BAD_INPUT',
    `branch: ${JSON.stringify(name)} is no name that git takes for a branch.`,
    'Name a local branch, one of a remote, or a tag; leave it out for a new branch.',
    { details: { field: 'branch', in: 'json' } },
  );
}
