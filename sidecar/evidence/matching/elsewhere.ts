import type { Deed } from '../reading.ts';
import { isSameRegion } from './environment.ts';
import { nameIn } from './names.ts';
import { EDITS, PARTS_OF_SYSTEMS } from './nouns.ts';
import { isAnotherTime, isAnotherVersion } from './times.ts';
import type { Wanted } from './wanted.ts';
import { stemOf, stemsOf } from './words.ts';

/**
 * Whether a deed is plainly on another thing than the claim: each of these compares one dimension that both of them
 * name, and says nothing where one of them is silent.
 */
export function isElsewhere(wanted: Wanted, deed: Deed): boolean {
  return (
    isAnotherPlace(wanted, deed) ||
    isAnotherPort(wanted, deed) ||
    isAnotherKey(wanted, deed) ||
    isAnotherName(wanted, deed) ||
    isAnotherTask(wanted, deed) ||
    isAnotherIdentifier(wanted, deed) ||
    isOfAnotherTime(wanted, deed) ||
    isAnotherBase(wanted, deed) ||
    isAnotherSortOfBranch(wanted, deed) ||
    isAnotherMedium(wanted, deed) ||
    isAnotherPart(wanted, deed) ||
    isAnotherFolder(wanted, deed)
  );
}

function isAnotherPlace({ environment, region }: Wanted, deed: Deed): boolean {
  if (deed.environment && environment && deed.environment !== environment) return true;
  return Boolean(deed.region && region && !isSameRegion(deed.region, region));
}

function isAnotherPort({ port }: Wanted, { on }: Deed): boolean {
  if (port === undefined) return false;
  const theirs = on.flatMap((word) => word.match(/(?<![\d.])\d{2,5}(?![\d.])/g) ?? []);
  return theirs.length > 0 && !theirs.includes(port);
}

const HAS_TIME = /^(?:run|build|deploy|release|migrate|test|start|restart|stop|send)$/;

function isOfAnotherTime({ spoken: { object, detail }, verb }: Wanted, { on }: Deed): boolean {
  return HAS_TIME.test(verb) && (isAnotherTime(object, detail, on) || isAnotherVersion(object, detail, on));
}

/** `npm run lint` is not `npm run lint:css`. */
function isAnotherTask({ verb, code }: Wanted, { on }: Deed): boolean {
  if (verb !== 'run') return false;
  const tasks = code.flatMap((line) => lastWord(line));
  const theirs = on.map((word) => word.toLowerCase());
  return (
    tasks.some((task) =>
      theirs.some((word) => /^[:_-]/.test(word.slice(task.length)) && word.startsWith(task)),
    ) && !tasks.some((task) => theirs.includes(task))
  );
}

function lastWord(line: string): string[] {
  const word = line
    .split(' -- ')[0]
    ?.split(/\s+/)
    .findLast((one) => !one.startsWith('-'));
  return word !== undefined && /^[a-z][\w:.-]*$/.test(word) ? [word] : [];
}

/** `parse()` is not `parseDate`, and `getUser` is not `getUsers`. */
function isAnotherIdentifier(
  { verb, quoted, aside, spoken }: Wanted,
  { on, kinds, inside = [] }: Deed,
): boolean {
  if (!EDITS.has(verb) || !kinds?.includes('file')) return false;
  const isPlain = (name: string): boolean => /^[a-z_]\w{2,}$/.test(name) && isCode(spoken.detail, name);
  const [own, other] = [quoted.filter(isPlain), aside.filter(isPlain)];
  const names = own.length > 0 ? own : other;
  const path = (on[0] ?? '').toLowerCase();
  const isAnother = (name: string): boolean =>
    !path.includes(name) &&
    (inside.includes(name) ||
      (!on.includes(name) &&
        [`${name}s`, name.replace(/s$/, '')].some((one) => one !== name && on.includes(one))));
  return names.length > 0 && names.every(isAnother);
}

/** Called, or written as only code is. */
function isCode(detail: string, name: string): boolean {
  const written = new RegExp(`\`(${name})(\\(\\))?\``, 'i').exec(detail);
  return written !== null && (written[2] !== undefined || /[a-z][A-Z]|_/.test(written[1] ?? ''));
}

const KEY = /^[a-z][a-z\d]{1,9}-\d{1,6}$/i;

/** AB-12 is not AB-13. */
function isAnotherKey({ names }: Wanted, { on }: Deed): boolean {
  const keys = names.filter((name) => KEY.test(name));
  const theirs = on.filter((word) => KEY.test(word)).map((word) => word.toLowerCase());
  return keys.length > 0 && theirs.length > 0 && !keys.some((key) => theirs.includes(key));
}

const HAS_EXACT_NAME = /^(?:install|remove|release|push|merge|rebase|start|stop|restart|deploy)$/;

/** `react` is not `react-dom`: where a quoted name is no more than the beginning of the target's, it is another's. */
function isAnotherName({ quoted, verb, words }: Wanted, { on, named, kinds }: Deed): boolean {
  if (
    quoted.length === 0 ||
    !named ||
    !HAS_EXACT_NAME.test(verb) ||
    (verb === 'remove' && kinds?.includes('file'))
  )
    return false;
  const targets = on.flatMap((word) => word.toLowerCase().split(/[\s=,:'"`();]+/)).flatMap(namesOfTarget);
  const isLonger = quoted.some((name) =>
    targets.some((target) => isLongerThan(target, lastOf(name), REFS.test(verb) ? null : words)),
  );
  return (
    isLonger && !quoted.some((name) => targets.some((target) => target === name || target === lastOf(name)))
  );
}

const lastOf = (name: string): string => (name.startsWith('@') ? (name.split('/').at(-1) ?? name) : name);

/** `@acme/ui@1.2.0` → `@acme/ui`, `ui`; `origin/feat/a` → also `feat/a` and `a`. */
function namesOfTarget(word: string): string[] {
  const parts = word.replace(/(?<=.)@[\w.^~*-]+$/, '').split('/');
  return parts.map((_, at) => parts.slice(at).join('/')).filter((part) => part !== '');
}

/** `payments-service` is what "the `payments` service" is called, and `shop-web-1` one of its containers. */
function isLongerThan(target: string, name: string, words: readonly string[] | null): boolean {
  const rest = /^[-_.](.+)$/.exec(target.startsWith(name) ? target.slice(name.length) : '')?.[1];
  // Of a branch every letter counts.
  if (rest === undefined || words === null) return rest !== undefined;
  if (/^\d+$|^\d+\.\d/.test(rest)) return false;
  return (
    !/^(?:service|svc|app|\w{8,10}-\w{5}|[\w]+\.(?:tgz|whl|gem|crate|nupkg))$/.test(rest) &&
    !words.some((word) => stemOf(word) === stemOf(rest))
  );
}

/** "onto `develop`" and `git rebase main`. */
function isAnotherBase({ base, verb }: Wanted, { on }: Deed): boolean {
  return verb === 'rebase' && base !== undefined && on.length > 0 && !nameIn(base, on);
}

const SORTS_OF_BRANCHES: readonly (readonly [word: string, pattern: RegExp])[] = [
  ['release', /^(?:release|rel)[/-]/],
  ['hotfix', /^(?:hotfix|fix|bugfix)[/-]/],
  ['feature', /^(?:feature|feat)[/-]/],
  ['docs', /^docs?[/-]/],
  ['dependabot', /^(?:dependabot|renovate)[/-]/],
];
const REFS = /^(?:push|merge|rebase)$/;

/** "the release branch" is not `feature/x`. */
function isAnotherSortOfBranch({ verb, words, head }: Wanted, { on }: Deed): boolean {
  if (!REFS.test(verb) || !/^(?:branch|pr|request|mr)$/.test(head)) return false;
  const sort = SORTS_OF_BRANCHES.find(([word]) => word !== 'feature' && words.includes(word));
  if (sort === undefined) return false;
  const theirs = on.flatMap((ref) =>
    SORTS_OF_BRANCHES.filter(([, pattern]) => pattern.test(ref.replace(/^origin\//, ''))).map(
      ([word]) => word,
    ),
  );
  return theirs.length > 0 && !theirs.includes(sort[0]);
}

const CHATS = ['slack', 'discord', 'teams', 'telegram', 'mattermost'];

/** "post it on the PR" and a message in Slack. */
function isAnotherMedium({ medium, verb }: Wanted, { kinds }: Deed): boolean {
  if (verb !== 'send' || medium === undefined || kinds === undefined) return false;
  if (kinds.includes(medium)) return false;
  const isChat = CHATS.includes(medium);
  const isOfChat = kinds.some((kind) => CHATS.includes(kind));
  const isOfThread = kinds.some((kind) => /^(?:pr|mr|issue|ticket)$/.test(kind));
  // A script of the project's own may send anywhere.
  return isChat
    ? isOfThread || isOfChat || kinds.includes('email')
    : isOfThread || isOfChat || kinds.includes('email');
}

const SIDES = new Set([
  'frontend',
  'backend',
  'api',
  'worker',
  'gateway',
  'admin',
  'mobile',
  'cache',
  'database',
  'scheduler',
]);
const IS_OF_PART = /^(?:test|build|start|stop|restart)$/;
const STEMS_OF_SIDES = stemsOf([...PARTS_OF_SYSTEMS].filter((word) => SIDES.has(word)));

/** "the backend tests" and `cd frontend && npm test`. */
function isAnotherPart({ words, verb }: Wanted, { on }: Deed): boolean {
  if (!IS_OF_PART.test(verb)) return false;
  const wanted = words.map(stemOf).filter((stem) => STEMS_OF_SIDES.has(stem));
  if (wanted.length === 0) return false;
  const stems = stemsOf(on);
  const theirs = [...stems].filter((stem) => STEMS_OF_SIDES.has(stem));
  return theirs.length > 0 && !wanted.some((stem) => stems.has(stem));
}

/** "the tests in `packages/core`" and `cd packages/ui && npm test`. */
function isAnotherFolder({ verb, aside }: Wanted, { on }: Deed): boolean {
  if (!/^(?:test|build|install)$/.test(verb)) return false;
  const folders = aside.filter((name) => /^[\w@.-]+(?:\/[\w@.-]+)+\/?$/.test(name) && !/^[@.]/.test(name));
  const theirs = on.filter((word) => word.includes('/') && !word.startsWith('@') && !word.startsWith('.'));
  return folders.length > 0 && theirs.length > 0 && !folders.some((folder) => nameIn(folder, on));
}
