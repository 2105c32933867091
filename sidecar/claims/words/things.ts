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

export type ThingClass = keyof typeof THINGS;
