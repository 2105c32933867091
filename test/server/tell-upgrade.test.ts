import { expect, test } from 'vitest';
import { withUpgrade } from '../../sidecar/server/tell-upgrade.ts';

const NOTICE = { additionalContext: 'for the agent', systemMessage: 'Holdfast has a notice:\n- of a hook' };
const UPGRADE = 'Upgraded from 1.0.0 to 1.1.0: 1 changed, 0 left as you have them.';

test('an upgrade is for the person; what the agent is told stays what it was', () => {
  expect(withUpgrade(null, null)).toBeNull();
  expect(withUpgrade(null, NOTICE)).toBe(NOTICE);
  expect(withUpgrade(UPGRADE, null)).toEqual({
    additionalContext: null,
    systemMessage: `Holdfast: ${UPGRADE} \`holdfast migrate\` says what, and why.`,
  });
  const both = withUpgrade(UPGRADE, NOTICE);
  expect(both?.additionalContext).toBe('for the agent');
  expect(both?.systemMessage.split('\n').map((line) => line.slice(0, 13))).toEqual([
    'Holdfast: Upg',
    'Holdfast has ',
    '- of a hook',
  ]);
});
