import { isAssignedSecret, isEnvironmentSecret, isOptionSecret, isPlainSecret } from './judge.ts';
import type { SecretPattern } from './pattern.ts';

/** An opening quote; behind a backslash where JSON or code lies inside a string. */
const QUOTE = '(?:\\\\{1,3}["\']|["\'`])';

/** A value after its quote, up to the closing one or the end of the line; or, unquoted, up to what ends a word. */
const VALUE = `(?:${[
  '(?<=\\\\["\'])(?:[^"\'\\\\\\r\\n]|\\\\+[^"\'\\\\\\r\\n])+',
  '(?<=[^\\\\]")(?:[^"\\\\\\r\\n]|\\\\.)[^"\\\\\\r\\n]*(?:\\\\.[^"\\\\\\r\\n]*)*',
  "(?<=[^\\\\]')[^'\\r\\n]+",
  '(?<=[^\\\\]`)[^`\\r\\n]+',
  '(?![\\s"\'`,;&|<>\\\\])[^\\s"\'`,;&|<>\\\\]*(?:\\\\(?![nrt"\'])[^\\s"\'`,;&|<>\\\\]*)*',
].join('|')})`;

const KEY_WORD = '(?:secret|token|passw(?:or)?d|passphrase|pwd|key|credentials?|connection[_-]?string)';
const KEY_MARK = /secret|token|passw|passphrase|pwd|key|credential|connection[_-]?string/i;

const SPACE = '[ \\t]{0,8}';
const CLOSED_KEY = `(?:\\\\{0,3}["'\`])?\\]?${SPACE}`;
const SCHEME = '(?:(?:Bearer|Basic|Token|Digest|Negotiate|ApiKey|Key)[ \\t]{1,4})';

/** Secrets that only the words in front of them give away. */
export const NAMED_PATTERNS: readonly SecretPattern[] = [
  {
    // `-H "Authorization: Bearer …"`, `"Authorization": "Basic …"`, and the line of an HTTP text.
    name: 'authorization',
    mark: /authorization/i,
    pattern: new RegExp(
      `(authorization${CLOSED_KEY}[:=,]${SPACE}${QUOTE}?${SCHEME}?)[^\\s"'\`\\\\<>]+`,
      'gi',
    ),
    isSecret: ({ kept, secret }) => isPlainSecret(secret, { proved: /[a-z][ \t]+$/i.test(kept) }),
  },
  {
    name: 'bearer-token',
    mark: /bearer/i,
    pattern: /(\bbearer[ \t]{1,4})[\w.~+/=-]{16,}/gi,
    isSecret: ({ secret }) => isPlainSecret(secret, { proved: /\d/.test(secret) }),
  },
  {
    name: 'header',
    mark: /\bx-[a-z]|private-token|job-token/i,
    pattern: new RegExp(
      `((?<![\\w-])(?:x-(?:[a-z]{1,20}-){0,4}(?:[a-z]{0,12}key|[a-z]{0,12}token|secret|auth|password)|private-token|job-token)${CLOSED_KEY}[:=]${SPACE}${QUOTE}?)[^\\s"'\`\\\\<>,;]+`,
      'gi',
    ),
    isSecret: ({ secret }) => isPlainSecret(secret, { proved: false }),
  },
  {
    name: 'cookie',
    mark: /cookie/i,
    pattern: /((?<![\w-])(?:set-)?cookie["']?: {0,4}["']?)(?=[\w.-]{1,64}=)[^\r\n"'\\]{8,}/gi,
    isSecret: ({ secret }) => isPlainSecret(secret, { proved: false }),
  },
  {
    name: 'aws-secret-key',
    mark: /secret_?access_?key/i,
    pattern: new RegExp(
      `(secret_?access_?key${CLOSED_KEY}[:=\\s]${SPACE}${QUOTE}?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])`,
      'gi',
    ),
  },
  {
    // A line of an .env file, also as the Read tool numbers it: here `,` `;` and `&` belong to the value.
    name: 'secret',
    mark: KEY_MARK,
    pattern: /((?:^|[→\t])(?:export )?(?!\d)\w{1,80}=)(?![\s"'`])[^\s"'`]+(?=\r?$)/gim,
    isSecret: isEnvironmentSecret,
  },
  {
    name: 'secret',
    mark: KEY_MARK,
    pattern: new RegExp(
      `(${KEY_WORD}[\\w.-]{0,40}${CLOSED_KEY}(?:\\??: ?[A-Za-z]{1,20} =|:=|=>|\\?:|[:=])(?![=>:])${SPACE}${QUOTE}?)${VALUE}`,
      'gi',
    ),
    isSecret: isAssignedSecret,
  },
  {
    name: 'secret',
    mark: KEY_MARK,
    pattern: new RegExp(`(?<![\\w-])(--[a-z][\\w-]{1,60}(?:=|[ \\t]{1,8})${QUOTE}?)(?!-)${VALUE}`, 'gi'),
    isSecret: isOptionSecret,
  },
  {
    name: 'npm-auth',
    mark: /:_auth/i,
    pattern: /(:_auth {0,4}= {0,4}["']?)[A-Za-z0-9+/]{4,}={0,2}/gi,
  },
  {
    // `-p SECRET` with a space asks mysql for nothing: there it is the name of a database.
    name: 'password',
    mark: /\s-p/,
    pattern: /(\b(?:mysql|mariadb)(?:-?[a-z]{1,12})?[ \t][^\n|;&]{0,200}?(?<=\s)-p["']?)[^\s"'-][^\s"']*/g,
    isSecret: ({ secret }) => isPlainSecret(secret, { proved: true }),
  },
  {
    name: 'password',
    mark: /[ \t]-p/,
    pattern:
      /(\b(?:sshpass|(?:docker|podman|helm|oras)(?: registry)? login)[ \t](?:[^\n|;&]{0,200}?[ \t])?-p[ \t]{0,4}["']?)[^\s"'-][^\s"']*/g,
    isSecret: ({ secret }) => isPlainSecret(secret, { proved: true }),
  },
  {
    name: 'password',
    mark: /[ \t](?:-u|--user)/,
    pattern: /(\bcurl[ \t](?:[^\n|;]{0,400}?[ \t])?(?:-u|--user)[ \t=]{0,4}["']?[^\s"':]{1,100}:)[^\s"']+/g,
    isSecret: ({ secret }) => isPlainSecret(secret, { proved: true }),
  },
];
