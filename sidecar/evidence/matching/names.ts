import { stemOf, stemsOf, tokensOf } from './words.ts';

export const isFile = (name: string): boolean =>
  /[\w\])-]\.[a-z]{1,6}$/.test(name) || /^(?:readme|changelog|dockerfile|makefile)$/.test(name);

/** `auth/session.go` in `/repo/auth/session.go`; `@acme/forms` in `packages/forms`; `feat/otp` in `HEAD:feat/otp`. */
export function nameIn(name: string, on: readonly string[]): boolean {
  const wanted = name.toLowerCase().replace(/^\.\//, '');
  if (wanted === '') return false;
  return on.some((word) => {
    const given = word.toLowerCase();
    if (
      given === wanted ||
      given.endsWith(`/${wanted}`) ||
      (given.includes('/') && wanted.endsWith(`/${given}`))
    )
      return true;
    if (given.split(/[\s:=,+@]+/).some((part) => part === wanted || part.endsWith(`/${wanted}`))) return true;
    if (isFile(wanted))
      return (
        given.replace(/\.[^./]+$/, '').endsWith(`/${wanted}`) ||
        (/^(?:readme|changelog)$/.test(wanted) && given.includes(wanted))
      );
    // A scope is no folder; of a branch or a path every part counts.
    const last = tokensOf(wanted.startsWith('@') ? (wanted.split('/').at(-1) ?? '') : wanted).map(stemOf);
    const theirs = stemsOf([word]);
    return last.length > 0 && last.every((token) => theirs.has(token));
  });
}
