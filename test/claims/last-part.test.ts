import { describe, expect, it } from 'vitest';
import { lastPart, READ_AT_MOST } from '../../sidecar/claims/index.ts';

describe('lastPart', () => {
  it('leaves a message of the usual length alone', () => {
    expect(lastPart('I did it.')).toEqual({ text: 'I did it.', readFrom: 0, truncated: false });
  });

  it('keeps the end of a long one, from the beginning of a line', () => {
    const text = `${'a line of prose\n'.repeat(4000)}I'll push it.`;
    const part = lastPart(text);
    expect(part.truncated).toBe(true);
    expect(part.text.length).toBeLessThanOrEqual(READ_AT_MOST);
    expect(text.slice(part.readFrom)).toBe(part.text);
    expect(text.charAt(part.readFrom - 1)).toBe('\n');
  });

  it('cuts no character in two', () => {
    const part = lastPart(`x${'🚀'.repeat(READ_AT_MOST)}`);
    expect(part.text.startsWith('🚀')).toBe(true);
  });
});
