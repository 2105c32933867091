import type { Verb } from '../../claims/index.ts';
import type { Claim } from '../reading.ts';
import { environmentOf, spokenRegionOf } from './environment.ts';
import { isGeneric } from './nouns.ts';
import { singular } from './words.ts';

/** A claim's object, taken apart for comparing. */
export type Wanted = {
  verb: Verb;
  /** Those that the sentence quotes: a name, letter by letter. */
  quoted: string[];
  /** The claim's own words, for what is read from them whole: times. */
  spoken: { object: string; detail: string };
  /** Code that its sentence quotes, as it is written but for the case. */
  code: string[];
  /** Every plain word of it, in the singular. */
  words: string[];
  /** Its last word: what sort of thing it is. */
  head: string;
  /** Those of `words` that tell it from others of its sort. */
  specific: string[];
  /** Paths, branches, packages, identifiers: `feat/otp`, `@acme/forms`, `cart.ts`. */
  names: string[];
  /** The same from the rest of the sentence. At least one of them has to do with an edit. */
  aside: string[];
  /** Of a pull request or an issue. */
  numbers: string[];
  versions: string[];
  /** The parts of words with a hyphen: all of them count. */
  compounds: string[];
  /** A word of it is written with a hyphen: `celery-beat` is one name. */
  isCompound: boolean;
  /** "all 57 tests". */
  counts: string[];
  environment: string | undefined;
  region: string | undefined;
  /** "the server on port 3000". */
  port: string | undefined;
  /** "onto `develop`". */
  base: string | undefined;
  /** Where it is said: `slack`, `pr`, `issue`. */
  medium: string | undefined;
  /** "a test for the parser". */
  about: string[];
  /** Its last word is in the plural. */
  isPlural: boolean;
  /** Numbers of pull requests and issues in the rest of the sentence. */
  numbersAside: string[];
  /** "email the customer". */
  isMail: boolean;
  /** `#perf`. */
  channel: string | undefined;
  /** "the full suite", "all tests". */
  isWhole: boolean;
};

const VERSION = /^v?\d+(?:\.\d+)+(?:[-+.][\w.-]+)?$/i;
const NUMBERED = /^(?:prs?|mrs?|issues?|tickets?|request|bugs?|pull)$/;

export function wantedOf({ verb, object, detail = '' }: Claim): Wanted {
  const plain = object
    .toLowerCase()
    .replace(/[`"'“”‘’*]/g, '')
    .slice(0, 300);
  const parts = plain.split(/[\s,]+/).filter(Boolean);
  const numbers = [...numbersIn(plain), ...appositions(object, detail).flatMap(numbersIn)];
  const isNumbered = parts.some((part) => NUMBERED.test(part));
  const names: string[] = [];
  const words: string[] = [];
  const versions: string[] = [];
  /** Of `left-pad` both words count, whatever they mean alone. */
  const compounds: string[] = [];
  for (const part of parts) {
    if (/^[#!]\d+$/.test(part)) continue;
    if (/^\d+$/.test(part)) {
      if (isNumbered) numbers.push(part);
    } else if (VERSION.test(part)) versions.push(part.replace(/^v/, ''));
    else if (isName(part)) names.push(part.replace(/\(\)$/, ''));
    else if (/\w-\w/.test(part) && !isGeneric(part, verb)) compounds.push(...part.split('-').map(singular));
    else words.push(singular(part));
    if (compounds.length > 0) words.push(...compounds.filter((word) => !words.includes(word)));
  }
  names.push(...appositions(object, detail).filter((name) => !/^[#!]?\d+$/.test(name)));
  return {
    verb,
    spoken: { object: plain, detail: detail.slice(0, 2000) },
    code: [...detail.slice(0, 2000).matchAll(/`([^`\n]{1,100})`/g)].map(([, code = '']) =>
      code.toLowerCase(),
    ),
    words,
    head: words.at(-1) ?? '',
    specific: words.filter((word) => word !== '' && (compounds.includes(word) || !isGeneric(word, verb))),
    names,
    quoted: namesIn(detail).filter((name) => /^[\w@./-]+$/.test(name) && [...parts, ...names].includes(name)),
    aside: namesIn(detail).filter((name) => !names.includes(name)),
    numbers: [...new Set(numbers)],
    versions,
    compounds,
    isCompound: parts.some((part) => /\w-\w/.test(part)),
    counts: verb === 'test' ? (detail.match(/\b\d{1,6}\b/g) ?? []) : [],
    environment: environmentOf([plain]) ?? environmentOf([afterPreposition(detail)]),
    region: spokenRegionOf(detail),
    port: /\bport (\d{2,5})\b|:(\d{4,5})\b/.exec(`${plain} ${detail}`)?.slice(1).find(Boolean),
    numbersAside: numbersIn(detail),
    base: /\bonto\s+(?:the\s+)?(?:(?:latest|current|new|fresh|updated|tip of|remote)\s+)*`?([\w./-]*\w)`?/i
      .exec(detail)?.[1]
      ?.toLowerCase(),
    medium: mediumOf(detail),
    about: aboutOf(detail),
    isPlural: /[^s]s$/.test(parts.at(-1) ?? ''),
    isMail: verb === 'send' && /^e-?mail/i.test(detail),
    channel: /(?:^|\s)`?(#[a-z][\w-]*)/i.exec(detail)?.[1]?.toLowerCase(),
    // What stands behind "and" belongs to another claim.
    isWhole: /\b(?:full|whole|entire|complete|all|every)\b/i.test(`${plain} ${detail.split(/,? and\b/)[0]}`),
  };
}

const isName = (part: string): boolean =>
  /[/_@:\\$]|\(\)$/.test(part) ||
  /[^.]\.[^.]/.test(part) ||
  /^\.\w/.test(part) ||
  (/\d/.test(part) && /[a-z-]/.test(part) && !/^(?:e2e|i18n|l10n|k8s|s3|\d+(?:st|nd|rd|th))$/.test(part));

function numbersIn(text: string): string[] {
  return [...text.matchAll(/(?:^|[\s(,])[#!](\d+)\b/g)].flatMap(([, digits]) => (digits ? [digits] : []));
}

/** "the duplicate PR, #40" and "the branch `spike/wasm`": what stands right behind the object is its name. */
function appositions(object: string, detail: string): string[] {
  const head = object.toLowerCase().split(/\s+/).at(-1) ?? '';
  const at = head === '' ? -1 : detail.toLowerCase().indexOf(head);
  if (at < 0) return [];
  const next = /^(?:es|s)?[`'"]?,?\s+(?:called\s+|named\s+|\()?(?:`([^`\s]{1,100})`|([#!]\d+)\b)/.exec(
    detail.slice(at + head.length),
  );
  const name = next?.[1] ?? next?.[2];
  return name === undefined ? [] : [name.toLowerCase().replace(/\(\)$/, '')];
}

/** Quoted code, and words that can only be files. */
function namesIn(detail: string): string[] {
  const quoted = [...detail.slice(0, 2000).matchAll(/`([^`\n]{1,100})`/g)].flatMap(([, code]) =>
    code ? [code] : [],
  );
  const files =
    detail
      .slice(0, 2000)
      .match(
        /\b[\w./-]+\.(?:tsx?|jsx?|py|go|rs|rb|java|kt|css|scss|md|ya?ml|json|toml|sql|sh|vue|svelte|html|php|c|h|cpp)\b|\bREADME\b|\bCHANGELOG\b|\bDockerfile\b|\bMakefile\b/g,
      ) ?? [];
  return [...new Set([...quoted, ...files].map((name) => name.toLowerCase().replace(/\(\)$/, '')))];
}

/** "to production", "on staging": where, and not what. */
function afterPreposition(detail: string): string {
  return [...detail.matchAll(/\b(?:to|on|in|against|for|at|into|the)\s+(?:the\s+)?`?([a-z]+)/gi)]
    .map(([, word]) => word ?? '')
    .join(' ');
}

const MEDIA: readonly (readonly [string, RegExp])[] = [
  ['slack', /slack/],
  ['discord', /discord/],
  ['teams', /(?:ms )?teams/],
  ['telegram', /telegram/],
  ['pr', /prs?|pull requests?/],
  ['mr', /mrs?|merge requests?/],
  ['issue', /issues?|tickets?/],
];

/** "on the PR", "in Slack", "to the release issue". */
function mediumOf(detail: string): string | undefined {
  const text = detail.toLowerCase();
  return MEDIA.find(([, pattern]) =>
    new RegExp(
      `\\b(?:on|in|to|via|through|into|over)\\s+(?:(?:the|a|our|their|its|that|this)\\s+)?(?:[\\w-]+\\s+)?(?:${pattern.source})\\b`,
    ).test(text),
  )?.[0];
}

/** What stands behind "for", "about" or "covering". */
function aboutOf(detail: string): string[] {
  const text = /\b(?:for|about|covering)\s+(?:the\s+|an?\s+)?([^,.;:()]{2,60})/i.exec(detail)?.[1] ?? '';
  return (text.toLowerCase().match(/[a-z][\w-]{2,}/g) ?? []).slice(0, 5).map(singular);
}
