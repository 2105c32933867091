/** Where a claim stands in its message; what the claims room answers has more. */
type Placed = { object: string; start: number; end: number };

const LONGEST = 400;
const SENTENCE_END = /[.!?…](?=\s|$)|\n|[。！？]/g;

/**
 * The words around a claim's verb that belong to it alone: from the verb to the next claim or the end of the sentence,
 * and what stands before the verb where its object does ("All tests pass").
 */
export function detailOf(message: string, claims: readonly Placed[], claim: Placed): string {
  const others = claims.filter((other) => other !== claim);
  const left = Math.max(
    claim.start - LONGEST,
    0,
    ...others.map(({ end }) => end).filter((end) => end <= claim.start),
  );
  const right = Math.min(
    claim.end + LONGEST,
    message.length,
    ...others.map(({ start }) => start).filter((start) => start >= claim.end),
  );
  const before = message.slice(left, claim.start).split(SENTENCE_END).at(-1) ?? '';
  const after = message.slice(claim.end, right).split(SENTENCE_END)[0] ?? '';
  const verb = message.slice(claim.start, claim.end);
  const head = claim.object.split(' ').at(-1) ?? '';
  const isPassive = head !== '' && !after.toLowerCase().includes(head) && before.toLowerCase().includes(head);
  return `${isPassive ? before : ''}${verb}${after}`.trim();
}
