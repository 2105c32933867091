import type { Token } from '../tokens.ts';
import { readingOf } from '../words/lexicon.ts';
import { phraseAt } from './object.ts';
import type { Statement } from './statements.ts';
import { telegram } from './telegram.ts';
import { verbAt } from './verb-at.ts';

type Cell = { from: number; to: number };

const TICKED = /^(?:✅|✔|✓|☑|done|yes|ok|complete|completed|x)$/;
const QUALIFIED = /^(?:by|not|but|when|after|once|automatically|if)$/;

/** A row of a table: "| #12 | merged |" is said of its first cell, "| branch pushed | ✅ |" of itself. */
export function rowStatements(tokens: readonly Token[]): Statement[] {
  const [first, ...rest] = cellsOf(tokens);
  if (!first || rest.length === 0) return [];
  if (rest.some(({ from }) => TICKED.test(tokens[from]?.word ?? ''))) return within(tokens, first);
  const phrase = phraseAt(tokens, first.from, first.to);
  if (phrase.text === '' || phrase.next !== first.to) return [];
  return rest.flatMap(({ from, to }) => {
    if (tokens.slice(from, to).some(({ word }) => QUALIFIED.test(word))) return [];
    if (readingOf(tokens[from]?.word ?? '')?.forms.has('base')) return [];
    const verb = verbAt(tokens, from, ['participle'], phrase);
    return verb ? [{ verb: verb.verb, object: phrase.text, at: from }] : [];
  });
}

/** Without the marks that stand in front of their words. */
function cellsOf(tokens: readonly Token[]): Cell[] {
  const cells: Cell[] = [];
  let from = 0;
  for (let to = 0; to <= tokens.length; to++) {
    if (to < tokens.length && tokens[to]?.word !== '|') continue;
    while (from + 1 < to && tokens[from]?.kind === 'punctuation') from += 1;
    if (to > from) cells.push({ from, to });
    from = to + 1;
  }
  return cells;
}

function within(tokens: readonly Token[], { from, to }: Cell): Statement[] {
  const cell = tokens.slice(from, to);
  return cell.flatMap((_, i) =>
    telegram(cell, i).map((statement) => ({ ...statement, at: from + statement.at })),
  );
}
