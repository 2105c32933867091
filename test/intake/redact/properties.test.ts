import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskSecrets, maskText } from '../../../sidecar/intake/redact/index.ts';
import { fake, JWT, PEM_BEGIN, PEM_END, random, SHAPED } from './fake-secrets.ts';

/** Pieces that the patterns care about: any order of them is a text that somebody could have built. */
const PIECES = [
  ...SHAPED.map(([, secret]) => secret),
  ...['PASSWORD', 'token', 'apiKey', 'SECRET_KEY', 'Authorization', 'Cookie', 'x-api-key', 'curl -u me'],
  ...['--password', '--token', 'mysql -p', 'sshpass -p', 'Bearer', 'Basic ', 'string', 'hunter2', random(24)],
  ...[
    'postgres://me',
    '://',
    '@host/',
    '=',
    ':',
    ': ',
    '=>',
    ' ',
    '\n',
    '\\n',
    '\\',
    '"',
    "'",
    '`',
    '\\"',
    ',',
  ],
  ...[
    '$',
    '${',
    '}',
    '[',
    ']',
    '[masked:',
    '[masked:secret]',
    '(',
    ')',
    '<',
    '>',
    '&',
    ';',
    '-',
    '→',
    '1',
    'x',
  ],
  ...[PEM_BEGIN, PEM_END, 'sk-', 'eyJ', 'AKIA', 'ghp_', JWT.slice(0, 50), '_auth=', 'é'],
];
const text = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((p) => p.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(null, true, 12),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('password', 'token', 'cwd', '__proto__')), tie('json'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
}));

/** Everything but the strings and the names of the keys. */
function shape(value: unknown): unknown {
  if (typeof value === 'string') return 'string';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shape);
  return Object.values(value).map(shape);
}

const RUNS = { numRuns: 2000 };

describe('for any text', () => {
  test('masking twice gives the same as masking once', () => {
    fc.assert(
      fc.property(text, (any) => {
        const once = maskText(any);
        expect(maskText(once)).toBe(once);
      }),
      RUNS,
    );
  });

  test('a token with space around it is never left', () => {
    const token = fake('gh', 'p_', random(40, 'Zz9Yy8Xw7'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(maskText(`${before} ${token} ${after}`)).not.toContain(token);
      }),
      RUNS,
    );
  });
});

describe('for any JSON', () => {
  test('masking keeps its shape, changes nothing in place, and once is enough', () => {
    fc.assert(
      fc.property(json, (any) => {
        const before = JSON.stringify(any);
        const once = maskSecrets(any);
        expect(JSON.stringify(any)).toBe(before);
        expect(shape(once)).toEqual(shape(any));
        expect(maskSecrets(once)).toEqual(once);
      }),
      RUNS,
    );
  });
});
