const HOUR_MS = 3_600_000;
const UNTIMED_HOURS = 24;

/** When a promise is given up: some hours after it was made, or after what it waits for. */
export function expiryOf(
  { kind, trigger, at }: { kind: 'commit' | 'deferred' | 'manual'; trigger: string | null; at: string },
  expiresHours: number,
): string {
  const said = Date.parse(at);
  if (kind !== 'deferred') return iso(said + expiresHours * HOUR_MS);
  const due = triggerTime(trigger ?? '', new Date(said));
  return due === null ? iso(said + UNTIMED_HOURS * HOUR_MS) : iso(due + expiresHours * HOUR_MS);
}

const UNITS: [RegExp, number][] = [
  [/^s/, 1000],
  [/^mo/, 30 * 24 * HOUR_MS],
  [/^m/, 60_000],
  [/^h/, HOUR_MS],
  [/^d/, 24 * HOUR_MS],
  [/^w/, 7 * 24 * HOUR_MS],
];
const SMALL = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const NUMBERS = new Map<string, number>([
  ...SMALL.map((word, number): [string, number] => [word, number]),
  ...(['fifteen', 'twenty', 'thirty', 'forty', 'fifty', 'sixty'] as const).map(
    (word, index): [string, number] => [word, [15, 20, 30, 40, 50, 60][index] ?? 0],
  ),
  ['couple', 2],
  ['few', 4],
  ['several', 4],
]);
const FILLERS = new Set(['', ...'the next another about around roughly maybe of to or and'.split(' ')]);
/** What may follow "in": an amount, looked at below, and a unit. */
const WHILE =
  /^([a-z\d. –~-]{1,40}?)(?: |(?<=\d))(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|months?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)\b/;
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** The end of each, on the day's clock. */
const PARTS: [RegExp, number][] = [
  [/\b(?:this )?morning\b/, 12],
  [/\b(?:noon|midday|lunch)\b/, 13],
  [/\b(?:this )?afternoon\b/, 18],
  [/\b(?:this )?evening\b|\bend of (?:the )?day\b|\beod\b|\blater today\b/, 21],
  [/\btonight\b|\bovernight\b|\bmidnight\b/, 24],
];

/** The time that a trigger names, as the machine's clock has it; null where it names an event or nothing. */
export function triggerTime(trigger: string, said: Date): number | null {
  const text = trigger.toLowerCase();
  return afterAWhile(text, said) ?? onADay(text, said);
}

function afterAWhile(text: string, said: Date): number | null {
  for (const { index, 0: lead } of text.matchAll(/\b(?:in|after|within|for) /g)) {
    const [, amount = '', unit = ''] = WHILE.exec(text.slice(index + lead.length)) ?? [];
    const many = unit === '' ? null : amountOf(amount);
    const each = UNITS.find(([pattern]) => pattern.test(unit))?.[1] ?? 0;
    if (many !== null && many <= 10_000) return said.getTime() + many * each;
  }
  return null;
}

/** `ten`, `a couple of`, `two and a half`, `5-10` (the later counts), `the` (hour: one). */
function amountOf(text: string): number | null {
  const words = text.split(/[\s–~-]+/).filter((word) => !FILLERS.has(word));
  const half = words.includes('half') ? 0.5 : 0;
  const numbers = words
    .filter((word) => !['a', 'an', 'half'].includes(word))
    .map((word) => NUMBERS.get(word) ?? Number(word));
  if (numbers.some(Number.isNaN)) return null;
  const [first, second] = numbers;
  if (first === undefined) return half || 1;
  if (second === undefined) return first + half;
  const isOneNumber = first >= 20 && first % 10 === 0 && second < 10; // "twenty-five"
  return isOneNumber ? first + second : Math.max(first, second);
}

function onADay(text: string, said: Date): number | null {
  const day = new Date(said);
  const weekday = DAYS.findIndex((name) => text.includes(name));
  const tomorrow = /\btomorrow\b/.test(text);
  if (weekday >= 0) day.setDate(day.getDate() + ((weekday - day.getDay() + 7) % 7 || 7));
  else if (tomorrow) day.setDate(day.getDate() + 1);
  const hour = hourOf(text) ?? PARTS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  if (hour === null && weekday < 0 && !tomorrow)
    return /\bnext week\b/.test(text) ? said.getTime() + 7 * 24 * HOUR_MS : null;
  day.setHours(0, Math.round((hour ?? 24) * 60), 0, 0);
  // "at 5 pm", said at six, is tomorrow's.
  if (day.getTime() <= said.getTime()) day.setDate(day.getDate() + 1);
  return day.getTime();
}

/** `at 5 pm`, `at 17:30`, `by 9am`. A bare number is a time only with `at` or `by` and a half of the day. */
function hourOf(text: string): number | null {
  const [, hour, minute, half] =
    /\b(?:at|by|after|until|before) (\d{1,2})(?::(\d{2}))? ?([ap]\.?m\b)?/.exec(text) ?? [];
  if (hour === undefined || (minute === undefined && half === undefined)) return null;
  const base = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.startsWith('p') ? 12 : 0);
  const exact = base + Number(minute ?? 0) / 60;
  return exact < 24 ? exact : null;
}

/** As text, years of five digits would sort before this year. */
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

function iso(ms: number): string {
  return new Date(Math.min(ms, LATEST)).toISOString();
}
