/**
 * One kind of secret.
 *
 * - What the first group matches stays (a key, a scheme, a user name); the rest of the match is the secret.
 *   Every other group is non-capturing. What follows a secret belongs into a lookahead.
 * - The pattern has to be linear: bounded quantifiers or one character class at a time, and nothing that can
 *   start at every character and then run on. `linear.test.ts` holds every entry to it.
 */
export type SecretPattern = {
  /** What the person reads in its place: `[masked:name]`. */
  name: string;
  /** Cheap to find, and in every text that the pattern matches: a text with no mark at all is not looked at again. */
  mark: RegExp;
  /** Global; with the `i` flag, its mark is searched without regard to case too. */
  pattern: RegExp;
  /** The last word on a match, where its shape alone does not prove a secret. */
  isSecret?: (found: Found) => boolean;
};

export type Found = { kept: string; secret: string; start: number; end: number; text: string };

export function mask(name: string): string {
  return `[masked:${name}]`;
}

const WHOLE_MASK = /^\[masked:[\w-]+\]$/;

export function isMask(value: string): boolean {
  return WHOLE_MASK.test(value);
}

/** A masked key says `token` or `password` by the name of its pattern. */
export function withoutMasks(text: string): string {
  return text.replace(/\[masked:[\w-]+\]/g, '');
}
