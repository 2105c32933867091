import { describe, expect, it } from 'vitest';
import { classifyMessage } from '../../sidecar/claims/index.ts';

const taken = (text: string) =>
  classifyMessage(text).withdrawals.map(({ verb, object, start, end }) => [
    verb,
    object,
    text.slice(start, end),
  ]);

describe('what takes a promise back', () => {
  it.each([
    ["I won't push after all.", 'push', '', 'push'],
    ['I won’t deploy the footer after all.', 'deploy', 'footer', 'deploy'],
    ["I've decided not to merge the docs branch.", 'merge', 'docs branch', 'merge'],
    ["I'm not going to drop the table any more.", 'remove', 'table', 'drop'],
    ["I'm no longer going to tag v2.", 'release', 'v2', 'tag'],
  ])('%s', (text, verb, object, slice) => {
    expect(taken(text)).toEqual([[verb, object, slice]]);
    expect(classifyMessage(text).claims).toEqual([]);
  });

  it.each([
    "I won't push without your word.",
    'I cannot merge it.',
    "You won't push after all.",
    "I'll push after all.",
  ])('is not: %s', (text) => expect(taken(text)).toEqual([]));
});
