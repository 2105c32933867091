import { describe, expect, it } from 'vitest';
import { classifyMessage } from '../../sidecar/claims/index.ts';
import { blocksOf } from '../../sidecar/claims/markdown/blocks.ts';
import { speechOf } from '../../sidecar/claims/markdown/inline.ts';

const kinds = (text: string) =>
  blocksOf(text).map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);

describe('blocks', () => {
  it('are paragraphs, items and rows, and no fence, quotation, heading, head of a table or rule', () => {
    const text = [
      '# Title',
      'First.',
      '```sh',
      'git push',
      '```',
      '> said by others',
      'and goes on',
      '',
      '---',
      'Under\n=====',
      '- one',
      '2) two',
      '| a | b |',
      '|---|---|',
      '| c | d |',
    ].join('\n');
    expect(kinds(text)).toEqual(['paragraph: First.', 'item: one', 'item: two', 'row: | c | d |']);
  });

  it('end a fence only by its own mark', () => {
    expect(kinds('~~~\n```\ninside\n~~~\nafter')).toEqual(['paragraph: after']);
  });

  it('go on where a long line was wrapped', () => {
    const wrapped = 'This line was wrapped by an editor at some eighty characters, so it goes on\nhere.';
    expect(blocksOf(wrapped)).toHaveLength(1);
    expect(blocksOf('Done\nPushed it')).toHaveLength(2);
  });
});

describe('speech', () => {
  it.each(['**bold** and _soft_', '[a](b) `code`', '"quoted" ‘too’', '![x](y) <b>z</b>', '🚀 `open', "it's"])(
    'is as long as what was written: %s',
    (text) => expect(speechOf(text)).toHaveLength(text.length),
  );

  it('keeps the place of what it says', () => {
    const text = 'See [the notes](x) **first**.\n\n- then\n\nI’ll **push** `main`.';
    const [claim] = classifyMessage(text).claims;
    expect(text.slice(claim?.start, claim?.end)).toBe('push');
    expect(claim?.object).toBe('main');
  });
});
