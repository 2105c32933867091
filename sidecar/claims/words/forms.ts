/** How a word of an action is inflected: data for the few that are irregular, a rule for the rest. */
export type Form = 'base' | 'third' | 'ing' | 'past' | 'participle';

const IRREGULAR: Record<string, { past: string; participle?: string }> = {
  run: { past: 'ran', participle: 'run' },
  rerun: { past: 'reran', participle: 'rerun' },
  're-run': { past: 're-ran', participle: 're-run' },
  build: { past: 'built' },
  rebuild: { past: 'rebuilt' },
  're-build': { past: 're-built' },
  send: { past: 'sent' },
  resend: { past: 'resent' },
  write: { past: 'wrote', participle: 'written' },
  rewrite: { past: 'rewrote', participle: 'rewritten' },
  undo: { past: 'undid', participle: 'undone' },
  cut: { past: 'cut' },
  put: { past: 'put' },
  make: { past: 'made' },
  shut: { past: 'shut' },
  take: { past: 'took', participle: 'taken' },
  bring: { past: 'brought' },
  spin: { past: 'spun' },
  tear: { past: 'tore', participle: 'torn' },
  get: { past: 'got' },
};

/** The last consonant doubles: stopped, shipping. */
const DOUBLES =
  /(?:^|-)(?:re)?(?:stop|ship|drop|run|tag|cut|shut|spin|rip|get|put|commit|submit|rerun|wrap|swap)$/;

/** Each spelling of a word with the forms that it can be. */
export function formsOf(word: string): [string, Form][] {
  const stem = DOUBLES.test(word) ? word + word.charAt(word.length - 1) : word;
  const bare = /[^aeiou]?e$/.test(word) && !/(?:ee|oe|ye)$/.test(word) ? word.slice(0, -1) : stem;
  const regular = /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ied` : `${bare}ed`;
  const past = IRREGULAR[word]?.past ?? regular;
  return [
    [word, 'base'],
    [thirdOf(word), 'third'],
    [`${bare}ing`, 'ing'],
    [past, 'past'],
    [IRREGULAR[word]?.participle ?? past, 'participle'],
  ];
}

function thirdOf(word: string): string {
  if (/(?:s|sh|ch|x|o)$/.test(word)) return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}
