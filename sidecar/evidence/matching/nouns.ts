import type { Verb } from '../../claims/index.ts';
import { FILE_KINDS } from './files.ts';

/** What is done to files, by hand or by a program. */
export const EDITS: ReadonlySet<Verb> = new Set(['fix', 'update', 'create', 'remove']);

const words = (list: string): readonly string[] => list.trim().split(/\s+/);

/** Say nothing about which one is meant. */
const ANYTHING = words(
  `a about after again all also an and any at both by change changes code commit commits completely contents current
  current different entire every everything everywhere existing extra final first fix fixes for fresh from full further
  hotfix i it item its last latest left leftover local missing more my necessary new newest next now of old on one ones
  open original other our outstanding over own patch patches pending piece previous proper quick recent related
  relevant remaining respective rest result same second separate single small some stale stuff successor replacement
  sure temp temporary that the their them these thing things this those three to two unused obsolete dead update
  updated updates upstream remote version whole with work wip duplicate redundant broken failing failed flaky stuck
  complete corrected correct clean instance default initial starting max min maximum minimum long-running running following affected whole individual
  merged background`,
);

const GENERIC: Readonly<Partial<Record<Verb, readonly string[]>>> = {
  push: words('branch feature repo repository pr request bugfix topic history release lot set stack'),
  commit: words('file feature tree staging area batch set lot bugfix progress'),
  merge: words('branch pr mr request pull merge feature topic bugfix release hotfix dependabot'),
  rebase: words('branch pr mr request feature topic stack onto history'),
  revert: words(
    'deploy deployment release rollout migration merge pr branch feature bad revision chart file edit',
  ),
  test: words('test suite spec testsuite tests check case run unittest whole project'),
  build: words(
    'solution workspace monorepo build project app application bundle package binary artifact release production debug asset site',
  ),
  deploy: words(
    `deploy deployment release app application site website preview build branch main image service stack
    infrastructure infra feature bugfix lambda contract rollout production project function worker server artifact policy chart stack
    resource`,
  ),
  release: words(
    'package release tag library lib module crate gem image build artifact plugin extension major minor note rc',
  ),
  start: words('server service process app application container job task instance stack daemon environment'),
  stop: words('server service process app application container job task instance stack daemon environment'),
  restart: words(
    'server service process app application container deployment pod job task instance stack daemon',
  ),
  install: words(
    'dependency package type library lib module plugin tool tooling requirement typing node_modules system header native prerequisite toolchain',
  ),
  open: words('pr mr pull merge request issue ticket bug report draft follow-up followup review against'),
  close: words('pr mr pull merge request issue ticket bug report thread'),
  run: words('script command job task one-off program tool check'),
  migrate: words('database db schema migration table data production'),
  send: words(
    'message summary link note number figure report comment reply answer announcement team channel thread',
  ),
  fix: words(
    `bug typo race condition leak crash error warning problem failure regression issue null check deadlock
    off-by-one edge case lint linter formatting format indentation style type test build ci nit mistake oversight
    memory pointer runtime compile compiler compilation syntax
    conflict comment finding feedback root cause ordering glitch vulnerability import flake flakiness hang panic exception
    segfault overflow underflow mismatch misspelling wording`,
  ),
  update: words('file code snippet reference usage call logic implementation part section place line'),
  create: words(
    'feature topic file code section part regression unit basic simple empty initial short draft',
  ),
  remove: words('preview file code branch line block part section call usage reference'),
};

const STEMS_OF_ANYTHING = new Set(ANYTHING);

/** A word that does not tell one target of this verb from another. */
export function isGeneric(word: string, verb: Verb): boolean {
  return STEMS_OF_ANYTHING.has(word) || (GENERIC[verb]?.includes(word) ?? false);
}

/** Sorts of things: a claim about one of these is met by a deed on the same sort alone, where the deed names its own. */
const SORTS = new Set(
  words(
    `branch tag commit pr mr request issue ticket file folder directory table database image container pod deployment
    volume network worktree release package crate gem chart wheel doc docs migration script config email message
    comment reply stash remote repo repository secret bucket dependency module user role index column linter formatter
    cron environment namespace milestone label submodule wiki thread symlink binary server cluster queue topic lambda
    function backup snapshot dump log cookie flag`,
  ),
);

/** Things inside a file: an edit of any file may be about them. */
const IN_CODE = new Set(
  words(
    `label flag column role user message email cookie topic function index module server database table queue log comment
    symlink secret cron backup link namespace environment dependency bucket cluster network lambda package library
    service container volume reply request wiki thread snapshot dump binary image config formatter linter file folder
    directory release`,
  ),
);

/** A file is of the sorts that its path shows, and may hold anything else. */
const OF_FILES = new Set(
  words(
    'test spec doc readme changelog adr workflow dockerfile lockfile notebook translation fixture makefile migration stylesheet',
  ),
);

/** One of many in a project, unlike its README. */
export function isCommonSort(word: string): boolean {
  return FILE_KINDS.has(word) && !/^(?:readme|changelog|adr|dockerfile|makefile|lockfile)$/.test(word);
}

export function isSort(word: string, verb: Verb, isFile: boolean): boolean {
  if (isFile && EDITS.has(verb)) return OF_FILES.has(word) || (SORTS.has(word) && !IN_CODE.has(word));
  if (verb === 'revert' && /^(?:deploy|rollout|deployment)$/.test(word)) return true;
  return SORTS.has(word) || (EDITS.has(verb) && FILE_KINDS.has(word));
}

/** Of these tests there are several sorts; a run of another sort is no run of them. */
export const TEST_SORTS: ReadonlySet<string> = new Set(
  words(
    `dart flutter ios android csharp scala clojure rust go golang python ruby java kotlin swift php elixir dotnet javascript typescript e2e integration smoke contract
    performance load visual snapshot browser acceptance mutation fuzz accessibility`,
  ),
);

/** What parts of a system are called: `payments-api` is not the payments worker. */
export const PARTS_OF_SYSTEMS: ReadonlySet<string> = new Set(
  words(
    'api worker gateway scheduler frontend backend database cache proxy queue admin mailer cron site mobile web server',
  ),
);

export const TEST_NOUNS: ReadonlySet<string> = new Set(
  words('test suite spec e2e testsuite check unittest case'),
);

/** Of the code, and of no text about it. */
export const FAULTS: ReadonlySet<string> = new Set(
  words(
    `bug race crash leak deadlock regression exception panic segfault overflow hang flake error failure test loop query
    timeout guard check handler deadlock vulnerability`,
  ),
);
