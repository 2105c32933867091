import type { Claim, Withdrawal } from './claim.ts';
import { claimsIn } from './grammar/claims-in.ts';
import { leadOf } from './grammar/lead.ts';
import { lastPart } from './last-part.ts';
import { blocksOf } from './markdown/blocks.ts';
import { speechOf } from './markdown/inline.ts';
import { isPlan } from './markdown/plan.ts';
import { mayHoldClaim } from './may-hold-claim.ts';
import { sentencesOf } from './sentences.ts';
import { tokensOf } from './tokens.ts';

/**
 * Every claim of an end-of-turn message, in reading order, and what takes a promise back. In doubt there is no claim.
 * Of a longer message only the last 16 KB are read; `lastPart` tells where that begins.
 *
 *   message → blocks that speak → their speech → sentences → those that may hold a claim → tokens → the grammar
 */
export function classifyMessage(message: string): { claims: Claim[]; withdrawals: Withdrawal[] } {
  const { text, readFrom } = lastPart(message);
  const { claims, withdrawals } = classifyPart(text);
  const moved = <T extends { start: number; end: number }>(found: T): T => ({
    ...found,
    start: found.start + readFrom,
    end: found.end + readFrom,
  });
  return readFrom === 0
    ? { claims, withdrawals }
    : { claims: claims.map(moved), withdrawals: withdrawals.map(moved) };
}

/** Behind a question of the speaker's own: whoever answers it asks nobody. */
const ANSWER = /^[\s_*"”’)]*(?:yes|no|yep|nope|not yet)\s*[,.:;!—–]/i;

function classifyPart(text: string): { claims: Claim[]; withdrawals: Withdrawal[] } {
  const claims: Claim[] = [];
  const withdrawals: Withdrawal[] = [];
  if (!mayHoldClaim(text)) return { claims, withdrawals };
  const blocks = blocksOf(text);
  let afterQuestion = false;
  /** "- I'll rebase it," lets the next item go on with "push it". */
  let carried: 'promise' | null = null;
  for (const block of blocks) {
    const part = text.slice(block.start, block.end);
    const speaks = mayHoldClaim(part);
    if (!speaks) {
      afterQuestion = /[?？]\s*$/.test(part.slice(-40));
      continue;
    }
    const above = block.kind === 'item' && block.lead !== null ? blocks[block.lead] : undefined;
    const goesOn = block.kind === 'item' ? carried : null;
    const lead = (above ? leadOf(text, above) : null) ?? goesOn;
    const count = claims.length;
    const sentences = sentencesOf(speechOf(part), block.start);
    for (const [n, sentence] of sentences.entries()) {
      const isAnswered = sentence.isQuestion && ANSWER.test(sentences[n + 1]?.speech.slice(0, 12) ?? '');
      const candidate = !isAnswered && mayHoldClaim(text.slice(sentence.start, sentence.end));
      if (candidate) {
        const heard = claimsIn(tokensOf(sentence, text), {
          message: text,
          isQuestion: sentence.isQuestion,
          afterQuestion,
          isItem: block.kind !== 'paragraph',
          isCell: block.kind === 'row',
          isLast: sentence === sentences.at(-1),
          lead,
        });
        const isPending = block.isPending || isPlan(text, block, above);
        claims.push(...heard.claims.filter(({ kind }) => !isPending || kind !== 'completed'));
        withdrawals.push(...heard.withdrawals);
      }
      afterQuestion = sentence.isQuestion;
    }
    const promised = claims.slice(count).some(({ kind }) => kind === 'commit' || kind === 'deferred');
    carried = promised && /(?:[,;]|\band)\s*$/.test(part.slice(-8)) ? 'promise' : null;
  }
  return { claims, withdrawals };
}
