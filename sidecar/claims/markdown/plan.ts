import type { Block } from './blocks.ts';

/** Under such a title a list says what there is to do, in whatever form. */
const PLAN =
  /^[^\p{L}\p{N}]*(?:pending|to[- ]?dos?|not (?:yet )?(?:done|started)|remaining|next(?: steps?)?|left(?: to do)?|still (?:to do|open|missing)|outstanding|planned|upcoming|blocked|skipped|failed|acceptance criteria|definition of done|expected(?: \p{L}+)?|goals?|requirements|before (?:the |you )?(?:merge|merging|release|deploy|push))[^\p{L}]*$/iu;

export function isPlan(text: string, block: Block, above: Block | undefined): boolean {
  if (block.kind === 'paragraph') return false;
  const lead = above ? text.slice(Math.max(above.start, above.end - 60), above.end) : '';
  return PLAN.test(block.heading.slice(0, 80)) || (lead !== '' && PLAN.test(lead));
}
