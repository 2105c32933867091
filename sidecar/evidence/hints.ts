/**
 * What a piece of code or text holds, in the words that people have for it: nobody writes "error handling" into the
 * code that handles errors.
 */
const HINTS: readonly (readonly [pattern: RegExp, words: readonly string[]])[] = [
  [/\]\(|\bhref=|https?:\/\//, ['link', 'url', 'href']],
  [/\b(?:19|20)\d\d\b/, ['year', 'date']],
  [/\b\d+\.\d+\.\d+\b/, ['version']],
  [/\b(?:try|catch|except|rescue|recover)\b|\.catch\(/, ['error', 'handling', 'handler', 'exception']],
  [
    /\b(?:throw|raise|panic!?)\b|\b\w*(?:Error|Exception)\(|\berrors\.New\b/,
    ['error', 'exception', 'validation'],
  ],
  [
    /\bconsole\.\w+\(|\bprint(?:ln|f)?!?\(|\b(?:log|logger|logging|slog)\.\w+\(|\bdbg!\(/,
    ['log', 'logging', 'debug', 'statement', 'print'],
  ],
  [/^\s*(?:import|from|use|using|require|#include)\b|\brequire\(/m, ['import']],
  [
    /\b(?:null|None|nil|undefined)\b|\?\.|\?\?|\.unwrap\(/,
    ['null', 'check', 'guard', 'nullability', 'pointer'],
  ],
  [/<=|>=|\+ ?1\b|- ?1\b/, ['boundary', 'bound', 'comparison', 'off-by-one']],
  [/\b(?:async|await|lock|Lock|Mutex|mutex|synchronized|atomic\w*)\b/, ['race', 'lock', 'locking', 'async']],
  [/\b(?:setTimeout|timeout|deadline)\b|\d ?ms\b/i, ['timeout', 'delay']],
  [/^\s*(?:\/\/|#|\/\*|\*|--|""")/m, ['comment', 'docstring', 'doc']],
  [/\b(?:expect|assert\w*)\b/, ['assertion', 'expectation']],
  [/\bprocess\.env\b|\bos\.environ\b|\bgetenv\b|\bENV\[/, ['environment', 'variable', 'env']],
  [/max|limit|threshold|\bcap\b/i, ['limit', 'maximum', 'cap']],
  [/\b(?:SELECT|INSERT INTO|DELETE FROM|JOIN)\b/, ['sql', 'query']],
  [/[Vv]alidat|[Ii]nvalid|\bz\.\w+\(/, ['validation', 'input']],
  [/\b(?:test|it|describe)\(|\bdef test_|\bfunc Test[A-Z]|#\[test\]|@Test\b/, ['test', 'case']],
];

export function hintsIn(text: string): string[] {
  return HINTS.filter(([pattern]) => pattern.test(text)).flatMap(([, words]) => words);
}
