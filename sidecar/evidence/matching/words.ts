/** Of a word list this much is compared: a pasted page in a command must not stall anything. */
const MOST_TOKENS = 400;

/** The plain words of a text: `src/invoicePdf.ts` → src, invoice, pdf, ts. */
export function tokensOf(text: string): string[] {
  const spaced = text.slice(0, 4000).replace(/([a-z\d])([A-Z])/g, '$1 $2');
  return (spaced.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MOST_TOKENS);
}

/** Words that people use for one another. The first stands for all. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['database', 'db', 'postgres', 'postgresql', 'mysql', 'mariadb', 'sqlite', 'pg', 'mongo', 'mongodb'],
  ['cache', 'redis', 'memcached', 'valkey'],
  ['production', 'prod', 'live'],
  ['staging', 'stage', 'stg'],
  ['development', 'dev', 'develop'],
  ['config', 'conf', 'configuration', 'cfg', 'setting', 'settings', 'rc', 'configmap'],
  ['doc', 'docs', 'documentation'],
  ['frontend', 'web', 'ui', 'client', 'webapp'],
  ['auth', 'authentication', 'login', 'authorization'],
  ['lockfile', 'lock'],
  ['translation', 'locale', 'i18n', 'l10n', 'lang', 'locales'],
  ['dependency', 'dep', 'deps'],
  ['repository', 'repo'],
  ['pr', 'pull'],
  ['mr', 'merge-request'],
  ['app', 'application'],
  ['image', 'img'],
  ['message', 'msg'],
  ['admin', 'administration', 'backoffice'],
  ['infrastructure', 'infra', 'terraform'],
  ['e2e', 'endtoend', 'playwright', 'cypress'],
  ['environment', 'env'],
  ['folder', 'directory', 'dir'],
  ['notification', 'notify'],
  ['payment', 'pay'],
  ['kubernetes', 'k8s'],
  ['benchmark', 'bench', 'benchmarks'],
  ['function', 'func', 'fn', 'lambda'],
  ['javascript', 'js'],
  ['typescript', 'ts'],
  ['python', 'py'],
  ['protobuf', 'proto', 'grpc', 'pb'],
  ['accessibility', 'a11y', 'axe'],
  ['virtualenv', 'venv'],
  ['vm', 'virtualmachine'],
  ['performance', 'perf'],
  ['storybook', 'stories'],
  ['internationalization', 'internationalisation'],
  ['nginx', 'webserver'],
  ['credential', 'credentials', 'creds'],
  ['workflow', 'workflows'],
];

const CANONICAL = new Map(
  SYNONYMS.flatMap(([first = '', ...rest]) => [first, ...rest].map((word) => [word, first])),
);

/** `migrations`, `migration` and `migrate` have one stem; so have `database` and `db`. */
export function stemOf(word: string): string {
  const lower = word.toLowerCase();
  const known = CANONICAL.get(lower) ?? CANONICAL.get(singular(lower));
  return known ?? bare(singular(lower));
}

export function singular(word: string): string {
  if (CANONICAL.has(word)) return word;
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
  return word.length > 3 && /[^siu]s$/.test(word) ? word.slice(0, -1) : word;
}

function bare(word: string): string {
  const cut = word.replace(/(?:ations?|ate[ds]?|ating|ators?|ions?|ment|ings?|ers?|ors?|ed|es|e)$/, '');
  if (cut.length < 3) return word;
  return cut.replace(/([bdfgklmnprt])\1$/, '$1');
}

/** The stems of everything that these words hold. */
export function stemsOf(words: Iterable<string>): Set<string> {
  const stems = new Set<string>();
  for (const word of words) {
    for (const token of tokensOf(word)) stems.add(stemOf(token));
    // A name in code is one word, too: `getUser`.
    for (const name of word.slice(0, 400).match(/\b[a-z]+(?:[A-Z][a-z\d]*)+\b/g) ?? [])
      stems.add(stemOf(name));
    if (/-/.test(word)) stems.add(stemOf(word.toLowerCase()));
  }
  return stems;
}

/** Directories and hosts as words: the last two parts of a path tell where it is, the rest is the machine. */
export function wordsOfPlace(where: readonly string[]): string[] {
  return where.map((place) => place.split('/').filter(Boolean).slice(-2).join('/')).filter(Boolean);
}
