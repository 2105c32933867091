/** Kinds of things, by the last word of their name, which decide what a verb means. */
const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

export const THINGS = {
  /** run → test */
  tests: words(
    'test tests suite suites spec specs e2e vitest jest pytest unittest unittests testsuite playwright cypress',
  ),
  /** raise, file → open */
  threads: words(
    'pr prs mr mrs request requests issue issues ticket tickets bug bugs report reports it one them follow-up',
  ),
  /** create, submit, put up → open */
  requests: words('pr prs mr mrs request requests issue issues ticket tickets'),
  /** add → install */
  packages: words(
    'dependency dependencies dep deps package packages library libraries lib types plugin plugins module gem crate',
  ),
  /** bump → update, and not install */
  numbers: words('version timeout limit size count memory number constant threshold quota interval ttl'),
  releases: words('release releases tag version rc build'),
} as const;

/** What agents make and move about: a participle behind one of these is done to it, not by it. */
export const ARTEFACTS = words(
  `branch branches change changes commit commits fix fixes hotfix patch pr prs mr request ticket tickets issue issues tag
  tags release server service services worker workers container containers pod pods daemon app site docs documentation
  readme changelog test tests file files folder directory image images build bundle migration migrations config
  configuration dependency dependencies package packages version table tables index column message email report script
  workflow pipeline job cluster database env environment cache typo bug crash leak lockfile`,
);
/** Who does things on their own. */
export const OTHERS = words(
  'ci dependabot renovate bot bots team somebody someone upstream users user github gitlab',
);

export type ThingClass = keyof typeof THINGS;
