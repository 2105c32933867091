import type { Block } from '../markdown/blocks.ts';
import { speechOf } from '../markdown/inline.ts';
import { sentencesOf } from '../sentences.ts';
import { tokensOf } from '../tokens.ts';
import { clausesOf } from './clauses.ts';
import { overAdverbs } from './licences.ts';
import { verbPhrases } from './verb-phrases.ts';

/** What "I'll now:" or "I can do any of these:" lets the items below it say without a subject. */
export function leadOf(message: string, block: Block): 'promise' | 'offer' | null {
  const sentence = sentencesOf(speechOf(message.slice(block.start, block.end)), block.start).at(-1);
  if (!sentence) return null;
  const tokens = tokensOf(sentence, message);
  const clause = clausesOf(tokens).at(-1);
  if (!clause) return null;
  const { licence } = clause;
  if (licence.kind !== 'promise' && licence.kind !== 'offer') return null;
  const next = tokens[overAdverbs(tokens, licence.next)]?.word ?? '';
  if (next !== ':' && !/^(?:do|doing|take|go|proceed|make)$/.test(next)) return null;
  if (verbPhrases(tokens, licence.next, clause.end, licence.forms).length > 0) return null;
  return clause.front?.on === 'user' || clause.asked || sentence.isQuestion ? 'offer' : licence.kind;
}
