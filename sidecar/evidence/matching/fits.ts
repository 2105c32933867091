import type { Claim, Deed } from '../reading.ts';
import { isElsewhere } from './elsewhere.ts';
import { environmentOf, isSameRegion, regionOf } from './environment.ts';
import { FILE_KINDS } from './files.ts';
import { isFile as isFileName, nameIn } from './names.ts';
import { EDITS, FAULTS, isCommonSort, isSort, PARTS_OF_SYSTEMS, TEST_NOUNS, TEST_SORTS } from './nouns.ts';
import { rolesOf } from './roles.ts';
import { type Wanted, wantedOf } from './wanted.ts';
import { stemOf, stemsOf, tokensOf } from './words.ts';

const CONTENTS = /^(?:commit|change|fix|work|code|patch|update|edit|refactor|cleanup|migration|test|bump)$/;
/** "comment on #8": the number stands outside the object. A pull request that is opened for #8 has another. */
const IS_ABOUT_NUMBER: ReadonlySet<string> = new Set(['send', 'merge', 'close', 'update']);
/** Of these a word with a hyphen is the target's own name: `date-fns-tz` is not `date-fns`. */
const IS_OF_ONE_NAME: ReadonlySet<string> = new Set([
  'install',
  'release',
  'start',
  'stop',
  'restart',
  'deploy',
]);
const REFS: ReadonlySet<string> = new Set(['push', 'merge', 'rebase']);

/** How a deed fits a claim of its verb: `byObject` where the claim's object is named by the call. */
export type Fit = { byObject: boolean };

/**
 * Null where the deed is on something else, or may well be. Every check is a reason to say no; what passes all of them
 * fits, and by its object when a word that tells it from others was found.
 */
export function fitOf(claim: Claim, deed: Deed): Fit | null {
  const wanted = wantedOf(claim);
  if (isElsewhere(wanted, deed)) return null;
  const stems = stemsOf(deed.on);
  const kinds = stemsOf(deed.kinds ?? []);
  const isSupported = (word: string): boolean => stems.has(stemOf(word));
  // The sort of a branch is not its name: "the docs branch" is not any that may hold documents.
  const isKind = (word: string): boolean =>
    kinds.has(stemOf(word)) && (!REFS.has(claim.verb) || word === wanted.head);

  if (wanted.verb === 'run' && deed.needsWord && onlyLooks(wanted, deed)) return null;

  const byId = idsFit(wanted, deed);
  if (byId === false) return null;
  if (wanted.channel && !channelFits(wanted.channel, deed)) return null;
  if (wanted.isMail && deed.kinds && !deed.kinds.includes('email')) return null;
  const { head, specific, compounds } = wanted;
  const isFile = EDITS.has(wanted.verb) && deed.kinds?.includes('file') === true;
  const isOtherSort =
    deed.kinds !== undefined && head !== '' && isSort(head, wanted.verb, isFile) && !isKind(head);
  if (byId === true) return isOtherSort ? null : { byObject: true };
  const named = namesFit(wanted, deed);
  if (named === false) return null;
  if (wanted.verb === 'test' && !testFits(wanted, deed, isSupported, isKind)) return null;
  if (named === true) return isOtherSort && !isFile && !isSupported(head) ? null : { byObject: true };
  if (isOtherSort && !isSupported(head)) return null;
  if (isTrunkForBranch(wanted, deed)) return null;
  if (isDocumentationOnly(wanted, deed)) return null;
  if (isOnePackageOfAll(wanted, deed) || isAboutOther(wanted, deed, isSupported)) return null;

  // A test file is a test, but which one a promise meant, its sort does not tell.
  const found = specific.filter((word) => isSupported(word) && !(isFile && isCommonSort(word)));
  const isMet = specific.filter(
    (word) => isSupported(word) || isKind(word) || isEnvironmentOf(word, deed),
  ).length;
  const isWholeCompound =
    !IS_OF_ONE_NAME.has(wanted.verb) || compounds.every((word) => isSupported(word) || isKind(word));
  const isEnough =
    (isWholeCompound && isMet >= Math.max(1, specific.length <= 2 ? specific.length : specific.length - 1)) ||
    isAllButSort(wanted, deed, isSupported) ||
    isFailedPartOf(wanted, deed) ||
    (isFile && isAboutFile(specific, deed)) ||
    (isFile && isPartFor(wanted, deed));
  // A commit that was reverted is known by its subject: one word of it is enough.
  if (wanted.verb === 'revert' && found.length > 0) return { byObject: true };
  // Of what was pushed, a ref's name tells nothing: "the firmware commits" go with any branch.
  if (wanted.verb === 'push' && CONTENTS.test(head)) return { byObject: found.length > 0 };
  if (specific.length > 0 && isEnough) return { byObject: found.length > 0 };
  if (specific.length > 0 && (deed.named || deed.needsWord)) return null;
  if (deed.needsWord && !wanted.words.some((word) => isSupported(word) || isKind(word))) return null;
  return { byObject: false };
}

/** True, false, or undefined where there is nothing to compare. */
function idsFit({ numbers, numbersAside, versions, verb }: Wanted, deed: Deed): boolean | undefined {
  if (numbers.length > 0) {
    const theirs = deed.on.flatMap(numbersOf);
    if (theirs.length > 0) return numbers.some((number) => theirs.includes(number));
  }
  if (numbers.length === 0 && numbersAside.length > 0 && IS_ABOUT_NUMBER.has(verb)) {
    const theirs = deed.on.flatMap(numbersOf);
    if (theirs.length > 0 && !numbersAside.some((number) => theirs.includes(number))) return false;
  }
  if (versions.length > 0 && verb !== 'fix' && verb !== 'update') {
    const theirs = deed.on.flatMap((word) => word.match(/\d+(?:\.\d+)+(?:[-+.]?[a-z][\w.]*)?/gi) ?? []);
    if (theirs.length > 0)
      return versions.some((version) => theirs.includes(version))
        ? true
        : deed.verb === 'deploy'
          ? undefined
          : false;
  }
  return undefined;
}

function numbersOf(word: string): string[] {
  const found = /^[#!]?(\d+)$|[#!](\d+)$|\/(?:pull|issues|merge_requests|pulls)\/(\d+)/.exec(word);
  const digits = found?.[1] ?? found?.[2] ?? found?.[3];
  return digits === undefined ? [] : [digits];
}

const STEMS_OF_PARTS = stemsOf(PARTS_OF_SYSTEMS);

/** "the ingest consumers" and `ingest:*`: the last word only says what they are, unless the call says another. */
function isAllButSort(
  { specific, head, verb, isCompound }: Wanted,
  deed: Deed,
  isSupported: (word: string) => boolean,
): boolean {
  const others = specific.filter((word) => word !== head);
  if (
    isCompound ||
    others.length === 0 ||
    !/^(?:start|stop|restart|deploy|build)$/.test(verb) ||
    !others.every(isSupported)
  )
    return false;
  // Rabbit is a message queue, and no queue worker.
  const roles = stemsOf(rolesOf(deed.on));
  if (others.some((word) => roles.has(stemOf(word)))) return false;
  const theirs = [...stemsOf(deed.on)].filter((stem) => STEMS_OF_PARTS.has(stem));
  return theirs.every((stem) => others.some((word) => stemOf(word) === stem));
}

/** "the tide-table tests" and `tests/tides`: what failed there stands against them, what passed is not all of them. */
function isFailedPartOf({ verb, compounds: [first = ''] }: Wanted, { outcome, part, on }: Deed): boolean {
  if (verb !== 'test' || !part || outcome !== 'failed' || first === '') return false;
  return on.some(
    (word) => /^[\w./-]*\/[a-z]+$/.test(word) && stemOf(word.split('/').at(-1) ?? '') === stemOf(first),
  );
}

/** Half of the words, one of them in the file's own name: the file is about it. */
function isAboutFile(specific: readonly string[], { on: [path = '', ...rest] }: Deed): boolean {
  const inPath = stemsOf([path.split('/').slice(-2).join('/')]);
  const anywhere = stemsOf([path, ...rest]);
  const telling = specific.filter(
    (word) => inPath.has(stemOf(word)) && !FILE_KINDS.has(word) && !PARTS_OF_SYSTEMS.has(word),
  );
  return (
    telling.length > 0 && 2 * specific.filter((word) => anywhere.has(stemOf(word))).length >= specific.length
  );
}

const PARTS_OF_CODE =
  /^(?:helper|util|utility|function|module|component|class|hook|type|endpoint|route|handler|wrapper|client|middleware|service|script)$/;

/** "a helper for dates" and `src/dates.ts`. */
function isPartFor({ verb, specific, head, about }: Wanted, { on: [path = ''] }: Deed): boolean {
  if (verb !== 'create' || !PARTS_OF_CODE.test(head) || specific.some((word) => word !== head)) return false;
  const inPath = stemsOf([path.split('/').slice(-2).join('/')]);
  return about.some((word) => inPath.has(stemOf(word)));
}

/** "the hotfix branch" is not the trunk. */
function isTrunkForBranch({ head, words }: Wanted, deed: Deed): boolean {
  if (
    head !== 'branch' ||
    !words.some((word) => /^(?:hotfix|feature|topic|bugfix|fix|work|working|release)$/.test(word))
  )
    return false;
  return (
    deed.named === true &&
    deed.on.every((word) => /^(?:origin|upstream|main|master|trunk|develop)$/.test(word))
  );
}

/** A fault of the code is not mended by a page about it. */
function isDocumentationOnly({ verb, head, words }: Wanted, { kinds = [], on: [path = ''] }: Deed): boolean {
  return (
    verb === 'fix' &&
    kinds.includes('doc') &&
    !kinds.includes('script') &&
    /\.\w+$/.test(path) &&
    FAULTS.has(head) &&
    !words.some((word) => FILE_KINDS.has(word))
  );
}

/** "install the dependencies" is more than to add one. */
function isOnePackageOfAll({ verb, words, isWhole, isPlural }: Wanted, { on }: Deed): boolean {
  if (verb !== 'install' || !isPlural || on.includes('dependencies')) return false;
  return (
    on.length === 1 &&
    (isWhole || words.every((word) => /^(?:dependency|dep|package|project|requirement)$/.test(word)))
  );
}

/** "a test for the parser": where the object only says its sort, what it is about tells it from others. */
function isAboutOther(
  { verb, specific, head, about }: Wanted,
  deed: Deed,
  isSupported: (word: string) => boolean,
): boolean {
  if (verb !== 'create' || about.length === 0 || !deed.kinds?.includes('file') || !isCommonSort(head))
    return false;
  return specific.every(isCommonSort) && !about.some(isSupported);
}

/** `rails db:migrate:status` runs no migration, but "terraform plan" is what was promised when it is named. */
function onlyLooks({ words }: Wanted, { on }: Deed): boolean {
  const looks = [...new Set(on.flatMap(tokensOf))].filter((token) => LOOKS.test(token));
  return looks.some((token) => !words.includes(token));
}

const LOOKS =
  /^(?:status|list|ls|show|history|plan|info|diff|log|logs|describe|version|validate|dry|help|current|heads)$/;

function channelFits(channel: string, deed: Deed): boolean {
  const theirs = deed.on.filter((word) => /^#[a-z]/i.test(word));
  return theirs.length === 0 || theirs.some((word) => word.toLowerCase() === channel);
}

function testFits(
  wanted: Wanted,
  deed: Deed,
  isSupported: (word: string) => boolean,
  isKind: (word: string) => boolean,
): boolean {
  const { words, head, specific, isWhole, names, aside, counts } = wanted;
  if (deed.part && deed.outcome === 'did') {
    const isThatPart =
      specific.some(isSupported) || [...names, ...aside, ...counts].some((name) => nameIn(name, deed.on));
    if ((isWhole || head === 'suite') && !isThatPart) return false;
  }
  if (words.some((word) => TEST_SORTS.has(word) && !isSupported(word) && !isKind(word))) return false;
  // "test the installer": a run of the project's tests need not have to do with it.
  return head === '' || TEST_NOUNS.has(head) || specific.length === 0 || specific.some(isSupported);
}

function namesFit({ names, aside, verb }: Wanted, deed: Deed): boolean | undefined {
  const byFile = EDITS.has(verb) || (verb === 'revert' && deed.kinds?.includes('file') === true);
  if (names.some((name) => nameIn(name, deed.on))) {
    const files = aside.filter(isFileName);
    return (
      !byFile || files.length === 0 || names.some(isFileName) || files.some((name) => nameIn(name, deed.on))
    );
  }
  if (names.length > 0 && !byFile) return deed.named || deed.needsWord ? false : undefined;
  if (!byFile || !deed.named) return undefined;
  const all = [...names, ...aside];
  if (all.length === 0) return undefined;
  const files = all.filter(isFileName);
  if (files.length > 0 && !files.some((name) => nameIn(name, deed.on))) return false;
  return all.some((name) => nameIn(name, deed.on));
}

/** "the dev agent" is one that runs here, unless the call says another place. */
function isEnvironmentOf(word: string, { environment, region, verb }: Deed): boolean {
  const area = regionOf(word);
  if (area !== undefined && region !== undefined && isSameRegion(area, region)) return true;
  const named = environmentOf([word]);
  if (named === undefined) return false;
  return environment === undefined ? named === 'local' && RUNS_HERE.has(verb) : environment === named;
}

const RUNS_HERE: ReadonlySet<string> = new Set(['start', 'stop', 'restart']);
