import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit } from '../../sidecar/audit/audit.ts';
import type { JudgedClaim, JudgedPromise, OpenJudge } from '../../sidecar/audit/judge.ts';
import { ledgerJudges } from '../../sidecar/audit/ledger-judge.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { type Act, hearLive, type Story, writeStory } from './stories.ts';

const COMMANDS = [
  'git push origin main',
  'npm test',
  'git commit -m "the fix"',
  'npm run build',
  'git tag v1.2.3 && git push origin v1.2.3',
  'echo hello',
];
const WORDS = [
  "I'll push the branch now.",
  "Next I'll run the tests and commit the fix.",
  'All tests pass.',
  'I pushed the branch and committed the fix.',
  "I won't push after all.",
  "I'll tag the release tomorrow. Once CI is green I'll merge the PR.",
  'Here is what I found.',
  "I'll restart the dev server, then deploy it to staging, then open a PR, send the mail and update the docs.",
];

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('call' as const),
    command: fc.constantFrom(...COMMANDS),
    ok: fc.boolean(),
    subagent: fc.constant(false),
  }),
  fc.record({
    kind: fc.constant('call' as const),
    command: fc.constantFrom(...COMMANDS),
    ok: fc.boolean(),
    subagent: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('edit' as const), file: fc.constantFrom('src/a.ts', 'README.md') }),
  fc.record({ kind: fc.constant('refused' as const), command: fc.constantFrom(...COMMANDS) }),
  fc.record({ kind: fc.constant('says' as const), words: fc.constantFrom(...WORDS) }),
);
const turn = fc.record({
  session: fc.integer({ min: 0, max: 2 }),
  waits: fc.constantFrom(5, 600, 4 * 3600, 30 * 3600),
  acts: fc.array(act, { maxLength: 5 }),
  ends: fc.constantFrom('stop', 'stop', 'stop', 'stop', 'interrupted', 'api-error', 'killed'),
  words: fc.constantFrom(...WORDS),
});
const story: fc.Arbitrary<Story> = fc.array(turn, { minLength: 1, maxLength: 12 });

describe('the audit', () => {
  test('judges the same sessions as the sidecar judged them live, whatever happens in them', () => {
    fc.assert(
      fc.property(story, (turns) => {
        const folder = temporaryFolder();
        writeStory(turns, folder);
        expect(heardFrom(folder)).toEqual(hearLive(turns));
      }),
      { numRuns: 25 },
    );
  });
});

/** Everything that was judged, as sentences that can be compared. */
function heardFrom(folder: string): string[] {
  const told: string[] = [];
  const judges = ledgerJudges({ perTopicCap: 5, expiresHours: 6, mask: (text) => text });
  const openJudge: OpenJudge = (topicId) => {
    const judge = judges(topicId);
    const tell: typeof judge.tell = ({ promise, claim }) =>
      judge.tell({
        promise: (one) => {
          told.push(sentence('promise', one));
          promise(one);
        },
        claim: (one) => {
          told.push(sentence('claim', one));
          claim(one);
        },
      });
    return { ...judge, tell };
  };
  const report = audit({
    ...{ places: [folder], named: true, since: null, project: null, openJudge },
    mask: (text) => text,
    progress: () => {},
  });
  expect(report.promises.total + report.claims.total).toBe(told.length);
  return told.sort();
}

function sentence(
  kind: string,
  { at, sessionId, verb, object, state, quote }: JudgedPromise | JudgedClaim,
): string {
  return [kind, at, sessionId, verb, object, state, quote].join(' | ');
}
