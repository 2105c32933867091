/**
 * Markdown inside a line becomes speech of the same length: an index into the speech is an index into the message.
 * What is read as one word (code, a quotation) becomes a run of its mark; what says nothing becomes spaces.
 */
export const CODE = '\uE000';
export const QUOTED = '\uE001';

/** One alternative a kind, each a single class at a time and bounded, so that a search stays linear. */
const SPANS: [RegExp, string][] = [
  [/(?<!`)`[^`\n]{1,300}`(?!`)/g, CODE],
  [/``[^\n]{1,300}?``/g, CODE],
  [/<!--[^>]{0,500}-->/g, ' '],
  [/~~[^~\n]{1,300}~~/g, ' '],
];
const IMAGE = /!\[[^[\]\n]{0,300}\]\([^()\s]{0,500}\)/g;
const LINK = /(\[)([^[\]\n]{1,300})(\](?:\([^()\n]{0,500}\)|\[[^[\]\n]{0,100}\]))/g;
const BARE_LINK = /<?https?:\/\/[^\s<>]{1,500}>?/g;
const TAG = /<\/?[a-zA-Z][^<>\n]{0,200}>/g;
const EMPHASIS = /\*{1,3}|(?<![\p{L}\p{N}_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![\p{L}\p{N}_])/gu;

export function blank(text: string, mark = ' '): string {
  return mark.repeat(text.length);
}

/** The speech of a block: same length, code and quotations as marks. */
export function speechOf(block: string): string {
  let speech = block.replace(/[\uE000-\uE002\r\t\n]/g, ' ');
  for (const [span, mark] of SPANS) speech = speech.replace(span, (found) => blank(found, mark));
  speech = speech.replace(IMAGE, (found) => blank(found));
  speech = speech.replace(
    LINK,
    (_, open: string, words: string, rest: string) => blank(open) + words + blank(rest),
  );
  speech = speech.replace(BARE_LINK, (found) => blank(found, CODE));
  speech = speech.replace(TAG, (found) => blank(found));
  speech = withoutQuotations(speech);
  return speech.replace(EMPHASIS, (found) => blank(found));
}

const PAIRS: [RegExp, string][] = [
  [/[“„«「『]/, '”“»」』'],
  [/"/, '"'],
];
const OPENING_SINGLE = /[‘']/;

/** Quotations never speak, whoever is quoted. One that is opened and never closed swallows the rest. */
function withoutQuotations(speech: string): string {
  if (!/["“„«「『‘']/.test(speech)) return speech;
  let heard = '';
  let at = 0;
  while (at < speech.length) {
    const end = endOfQuotation(speech, at);
    if (end > at) {
      heard += blank(speech.slice(at, end), QUOTED);
      at = end;
    } else {
      heard += speech.charAt(at);
      at += 1;
    }
  }
  return heard;
}

function endOfQuotation(speech: string, at: number): number {
  const char = speech.charAt(at);
  const pair = PAIRS.find(([open]) => open.test(char));
  if (pair) {
    if (char === '"' && /[\p{N}]/u.test(speech.charAt(at - 1))) return at; // 5" is a length.
    for (let end = at + 1; end < speech.length; end++)
      if (pair[1].includes(speech.charAt(end))) return end + 1;
    return speech.length;
  }
  if (!OPENING_SINGLE.test(char) || /[\p{L}\p{N}]/u.test(speech.charAt(at - 1))) return at;
  if (!/[\p{L}\p{N}/.#@\uE000]/u.test(speech.charAt(at + 1))) return at;
  return endOfSingle(speech, at);
}

/** An apostrophe also ends a word (`users'`): only one within reach that closes a phrase counts. */
function endOfSingle(speech: string, at: number): number {
  const reach = Math.min(speech.length, at + 300);
  for (let end = at + 2; end < reach; end++) {
    if (!/[’']/.test(speech.charAt(end))) continue;
    if (!/[\p{L}\p{N}]/u.test(speech.charAt(end + 1))) return end + 1;
  }
  return at;
}
