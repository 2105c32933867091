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
  [/^s(?:ec(?:ond)?s?)?$/, 1000],
  [/^m(?:in(?:ute)?s?)?$/, 60_000],
  [/^h(?:(?:ou)?rs?)?$/, HOUR_MS],
  [/^d(?:ays?)?$/, 24 * HOUR_MS],
  [/^w(?:eeks?)?$/, 7 * 24 * HOUR_MS],
];
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const AMOUNTS = new Map<string, number>([
  ...NUMBERS.map((word, number): [string, number] => [word, number]),
  ...([
    ['a', 1],
    ['an', 1],
    ['a couple of', 2],
    ['a couple', 2],
    ['couple of', 2],
  ] as const),
  ...([
    ['a few', 4],
    ['half an', 0.5],
    ['half a', 0.5],
    ['twelve', 12],
    ['fifteen', 15],
  ] as const),
  ...([
    ['twenty', 20],
    ['thirty', 30],
    ['forty', 40],
    ['forty-five', 45],
    ['sixty', 60],
  ] as const),
]);
const IN_A_WHILE =
  /\b(?:in|after|within|for) (?:another |about |around |roughly |the next )?(\d+(?:\.\d+)?|half an?|an? couple of|an? few|[a-z-]+) ?([a-z]+)\b/;
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
  const [, amount, unit] = IN_A_WHILE.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return null;
  const many = AMOUNTS.get(amount) ?? Number(amount);
  const each = UNITS.find(([pattern]) => pattern.test(unit))?.[1];
  return each === undefined || Number.isNaN(many) || many > 10_000 ? null : said.getTime() + many * each;
}

function onADay(text: string, said: Date): number | null {
  const day = new Date(said);
  const weekday = DAYS.findIndex((name) => text.includes(name));
  const tomorrow = /\btomorrow\b/.test(text);
  if (weekday >= 0) day.setDate(day.getDate() + ((weekday - day.getDay() + 7) % 7 || 7));
  else if (tomorrow) day.setDate(day.getDate() + 1);
  const hour = hourOf(text) ?? PARTS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  if (hour === null && weekday < 0 && !tomorrow) return null;
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
