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

const REGION =
  /(?:^|[^A-Za-z])(eu|europe|us|ap|apac|asia|sa|ca|uk|me|af)(?:-?((?:north|south|east|west|central)(?:east|west)?))?(?=[^A-Za-z]|$)/gi;
const CONTINENTS: Readonly<Record<string, string>> = { europe: 'eu', apac: 'ap', asia: 'ap' };

/** `eu`, `us-east`: the one region that a command line names. */
export function regionOf(text: string): string | undefined {
  const found = new Set(
    [...text.slice(0, 2000).matchAll(REGION)].map(([, area = '', side]) => {
      const known = CONTINENTS[area.toLowerCase()] ?? area.toLowerCase();
      return side ? `${known}-${side.toLowerCase()}` : known;
    }),
  );
  return found.size === 1 ? [...found][0] : undefined;
}

/** In a sentence "us" and "me" are people: an area counts in capitals or with its side of the map. */
export function spokenRegionOf(text: string): string | undefined {
  const said =
    text.match(/\b(?:EU|US|AP|APAC|UK|SA|CA|Europe|Asia)\b(?:-\w+)?|\b(?:eu|us|ap|sa|ca|me|af)-\w+/g) ?? [];
  return regionOf(said.join(' '));
}

export function isSameRegion(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}-`) || other.startsWith(`${one}-`);
}
