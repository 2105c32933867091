/** Where a sentence stands in the message. */
export type Sentence = { start: number; end: number; speech: string; isQuestion: boolean };

/** Nobody writes a longer one. What passes it is cut, so that the grammar's cost stays bounded. */
const LONGEST = 1500;

const END = /[.!?…。！？]+["”’)\]*\s\uE001]/g;
const ABBREVIATED = /(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|incl|no|fig|mr|ms|dr|st|al|p\.s)|\b[a-z])$/i;

/** The sentences of a block's speech, which begins at `offset` of the message. */
export function sentencesOf(speech: string, offset: number): Sentence[] {
  const sentences: Sentence[] = [];
  let from = 0;
  const cut = (to: number) => {
    while (to - from > LONGEST) take(from + LONGEST);
    take(to);
  };
  const take = (to: number) => {
    const part = speech.slice(from, to);
    if (part.trim() !== '') {
      const isQuestion = /[?？][\s"”’)*]*$/.test(part.slice(-12));
      sentences.push({ start: offset + from, end: offset + to, speech: part, isQuestion });
    }
    from = to;
  };
  for (const { index, 0: mark } of speech.matchAll(END)) {
    if (index < from) continue;
    const abbreviated = mark.startsWith('.') && ABBREVIATED.test(speech.slice(Math.max(0, index - 8), index));
    const lower =
      mark.startsWith('.') && /^\s*[a-z]/.test(speech.slice(index + mark.length, index + mark.length + 8));
    if (abbreviated && (lower || !/\b[a-z]$/i.test(speech.slice(Math.max(0, index - 2), index)))) continue;
    cut(index + mark.length);
  }
  cut(speech.length);
  return sentences;
}
