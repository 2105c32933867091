const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
/** `--since 2025-05-01` reaches as far as it likes. */
const OPEN_ENDED = /^--?(?:since|from|after|start|until|to|before|end)(?:[-_=].*)?$/;

/** What is known of a time; a part that is not told is undefined. */
type Time = { year?: number | undefined; quarter?: number; month?: number; day?: number | undefined };

const number = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits);

/** "June", "Q3", "2024", "March 3", `2025-05-03`, `202505` in a text. */
function timesIn(text: string): Time[] {
  const found: Time[] = [];
  let rest = text.toLowerCase();
  const take = (pattern: RegExp, read: (...parts: (string | undefined)[]) => Time) => {
    rest = rest.replace(pattern, (...parts: string[]) => {
      found.push(read(...parts.slice(1, 4)));
      return ' ';
    });
  };
  take(/(?<![\d.])(20\d\d)[-/_]?(0[1-9]|1[0-2])(?:[-/_]?([0-2]\d|3[01]))?(?![\d.])/g, (year, month, day) => ({
    year: number(year),
    month: Number(month),
    day: number(day),
  }));
  take(/\b(20\d\d)?[-_ ]?q([1-4])(?![\w.])(?:[-_ ]?(20\d\d)\b)?/g, (before, quarter, after) => ({
    year: number(before ?? after),
    quarter: Number(quarter),
  }));
  take(
    new RegExp(`\\b(${MONTH})(?:[-_ ]([0-2]?\\d|3[01])(?!\\d))?(?:(?:,? |-)(20\\d\\d))?(?![\\w.])`, 'g'),
    (name, day, year) => ({
      year: number(year),
      month: MONTHS.indexOf((name ?? '').slice(0, 3)) + 1,
      day: number(day),
    }),
  );
  take(/(?<![\w.#-])(20\d\d)(?![\w.-])/g, (year) => ({ year: number(year) }));
  return found;
}

/** Where "for June" and "the June import" stand; any other "may" and "march" is a word. */
function spokenTimes(object: string, detail: string): Time[] {
  const after = [...detail.matchAll(/\b(?:for|of|covering)\s+(?:the\s+)?`?([^,;()`]{2,40})/gi)]
    .map(([, text = '']) => text)
    .filter((text) => new RegExp(`^(?:${MONTH}|q[1-4]|20\\d\\d)`, 'i').test(text) && /^[A-Z\d]/.test(text));
  const before = object.replace(/\b(?:may|march|mar|dec|sep|jan)\b(?! \d)/g, ' ');
  const found = timesIn(`${before} ; ${after.join(' ; ')}`);
  return found;
}

const isDisjoint = (one: number | undefined, other: number | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;

const quarterOf = ({ quarter, month }: Time): number | undefined =>
  quarter ?? (month === undefined ? undefined : Math.ceil(month / 3));

function isOther(one: Time, other: Time): boolean {
  return (
    isDisjoint(one.year, other.year) ||
    isDisjoint(one.month, other.month) ||
    isDisjoint(quarterOf(one), quarterOf(other)) ||
    isDisjoint(one.day, other.day)
  );
}

/** "the ETL for June" and `--month 2025-05`. Two times on one side may be the ends of a span, and tell nothing. */
export function isAnotherTime(object: string, detail: string, on: readonly string[]): boolean {
  const wanted = spokenTimes(object, detail);
  const [mine] = wanted;
  if (mine === undefined || wanted.length > 1 || on.some((word) => OPEN_ENDED.test(word))) return false;
  const theirs = on.filter((word) => word.length <= 40).flatMap(timesIn);
  const [only] = theirs;
  return only !== undefined && theirs.length === 1 && isOther(mine, only);
}

const numbersOfVersions = (text: string): string[] =>
  [...text.toLowerCase().matchAll(/(?<![\w.])v(\d{1,3})(?![\w.])/g)].flatMap(([, digits]) => digits ?? []);

/** "for v2" and `--schema v1`. */
export function isAnotherVersion(object: string, detail: string, on: readonly string[]): boolean {
  const wanted = numbersOfVersions(`${object} ${detail}`);
  const theirs = on.flatMap(numbersOfVersions);
  return wanted.length > 0 && theirs.length > 0 && !wanted.some((version) => theirs.includes(version));
}
