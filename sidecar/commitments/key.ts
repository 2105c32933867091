import { createHash } from 'node:crypto';

/** Keys of promises that were read in a message. Rows made by hand may not use it. */
export const CLAIM_KEY_PREFIX = 'actionclaim:';

/** The same promise said twice has the same key. */
export function claimKey(topicId: string, verb: string, object: string): string {
  const digest = createHash('sha256')
    .update(`${topicId}|${verb}|${normaliseObject(object)}`)
    .digest('hex');
  return CLAIM_KEY_PREFIX + digest.slice(0, 16);
}

/** `The auth branches` → `auth branch`. */
export function normaliseObject(object: string): string {
  const words = object
    .toLowerCase()
    .replace(/["'`“”‘’«»„]/g, '')
    .trim()
    .split(/\s+/);
  while (words.length > 1 && LEADING.has(words[0] ?? '')) words.shift();
  const last = words.pop() ?? '';
  return [...words, singular(last)].join(' ');
}

// Quotes are off by now: `user's` is `users`.
const LEADING = new Set('the a an my your our their its his her'.split(' '));

/** Words that end like a plural and are none. */
const SINGULAR = new Set(
  'alias atlas aws bias canvas css debris dns gas https ios iris js kubernetes lens macos news pandas postgres redis sass series tennis this tls'.split(
    ' ',
  ),
);
const IRREGULAR = new Map(
  `caches cache, indices index, matrices matrix, vertices vertex, children child, people person, analyses analysis,
   aliases alias, buses bus, canvases canvas, statuses status, viruses virus, campuses campus, lenses lens,
   menus menu, cpus cpu, gpus gpu, tpus tpu, cookies cookie, movies movie, zombies zombie, quizzes quiz,
   heroes hero, echoes echo, vetoes veto, halves half, leaves leaf, shelves shelf`
    .split(',')
    .map((pair) => pair.trim().split(' ') as [string, string]),
);

/** Rough, and the same for both spellings: that is all a key needs. Names of files and versions stay. */
function singular(word: string): string {
  const known = IRREGULAR.get(word);
  if (known !== undefined) return known;
  // `analysis`, `axis`; but `apis`, `clis`, `emojis`.
  if (SINGULAR.has(word) || !/^\p{L}[\p{L}-]*s$/u.test(word) || /(?:ss|us|[sx]is)$/.test(word)) return word;
  if (/[^aeiou]ies$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}
