const ENVIRONMENTS: readonly (readonly [string, RegExp])[] = [
  ['production', /(?:^|[^a-z])(?:prod|production|live)(?:[^a-z]|$)/i],
  ['staging', /(?:^|[^a-z])(?:staging|stage|stg|preprod|uat|canary)(?:[^a-z]|$)/i],
  ['preview', /(?:^|[^a-z])previews?(?:[^a-z]|$)/i],
  ['local', /(?:^|[^a-z])(?:local|localhost|127\.0\.0\.1|dev|development)(?:[^a-z]|$)/i],
  ['testing', /(?:^|[^a-z])(?:qa|sandbox)(?:[^a-z]|$)/i],
];

/** The one environment that these words name; undefined for none, or for several. */
export function environmentOf(words: readonly string[]): string | undefined {
  const found = ENVIRONMENTS.filter(([, pattern]) => words.some((word) => pattern.test(word)));
  return found.length === 1 ? found[0]?.[0] : undefined;
}

export function isEnvironment(word: string): boolean {
  return ENVIRONMENTS.some(([, pattern]) => pattern.test(word));
}
