import { describe, expect, it } from 'vitest';
import { classifyMessage } from '../../sidecar/claims/index.ts';
import { REGISTERS } from './registers.ts';
import { SENTENCES } from './sentences.ts';
import { WORDINGS } from './wordings.ts';

for (const [rule, rows] of Object.entries({ ...SENTENCES, ...WORDINGS, ...REGISTERS })) {
  describe(rule, () => {
    it.each(rows.map(([text, ...claims]) => ({ text, claims })))('$text', ({ text, claims }) => {
      expect(classifyMessage(text).claims.map(written)).toEqual(claims);
    });
  });
}

function written({
  kind,
  verb,
  object,
  trigger,
}: ReturnType<typeof classifyMessage>['claims'][number]): string {
  return `${kind} ${verb}|${object}${trigger === undefined ? '' : `|${trigger}`}`;
}
