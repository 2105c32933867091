import { spellings } from './words/lexicon.ts';

/** Passing and succeeding are said of tests and builds without any of the verbs. */
const OUTCOMES = [
  'pass',
  'passes',
  'passed',
  'passing',
  'succeeded',
  'succeeds',
  'green',
  'completed',
  'finished',
  'deployment',
  'rollout',
  'migration',
  'installation',
];

const CANDIDATE = new RegExp(
  `(?<![\\p{L}])(?:${[...spellings(), ...OUTCOMES].sort((a, b) => b.length - a.length).join('|')})(?![\\p{L}])`,
  'iu',
);

/** The cheap question first: most sentences hold no word of an action, and no grammar looks at them. */
export function mayHoldClaim(text: string): boolean {
  return CANDIDATE.test(text);
}
