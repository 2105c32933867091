import { NAMED_PATTERNS } from './named-patterns.ts';
import type { Found, SecretPattern } from './pattern.ts';
import { isFiller, isReference } from './placeholders.ts';

/** A run of x or dots is how documents write a token that is none. */
const notFiller = ({ secret }: Found) => !isFiller(secret);
const hasDigit = (found: Found) => /\d/.test(found.secret) && notFiller(found);

/**
 * A token does not begin in the middle of a word; and it takes the rest of its word along, or what was glued
 * to it would be the beginning of a word once it is masked, and masking twice not the same as once.
 */
function token(name: string, prefix: string, body: string, isSecret = notFiller): SecretPattern {
  const pattern = new RegExp(`(?<![\\w-])${prefix}${body}[\\w-]*`, 'g');
  return { name, mark: new RegExp(prefix), pattern, isSecret };
}

/** The end of a line, real or written as `\n`, with the number that the Read tool puts in front of the next. */
const LINE_BREAK = '(?:[ \\t]{0,12}(?:\\r?\\n|\\\\{1,4}[nr])){1,4}[ \\t]{0,12}(?:\\d{1,7}[→\\t:|])?';
const BASE64 = '[A-Za-z0-9+/=]';

/** Secrets that prove themselves by their shape. To add one: a name, its fixed beginning, its rest. */
const SHAPED_PATTERNS: readonly SecretPattern[] = [
  {
    // With its END line all that lies between is the key, however it is wrapped, numbered or quoted. Cut
    // off before that line, only what still looks like lines of base64 is.
    name: 'private-key',
    mark: /-----BEGIN/,
    pattern: new RegExp(
      '-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----' +
        '(?:[^-]*(?:-(?!----)[^-]*)*-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----' +
        `|(?:${LINE_BREAK}(?:[\\w-]{1,20}: [^\\r\\n\\\\]{1,80}|${BASE64}{20,}|${BASE64}+(?=[\\r\\n\\\\"']|$))|[ \\t]{0,12}${BASE64}{20,})+)`,
      'g',
    ),
  },
  token('aws-access-key', 'A[KS]IA', '[A-Z0-9]{16}(?![A-Za-z0-9])'),
  token('google-api-key', 'AIza', '[\\w-]{35}'),
  token('google-oauth-token', 'ya29\\.', '[\\w.-]{20,}'),
  token('google-client-secret', 'GOCSPX-', '[\\w-]{20,}'),
  token('digitalocean-token', 'do[opr]_v1_', '[a-f0-9]{64}'),
  token('github-token', 'gh[pousr]_', '[A-Za-z0-9]{20,}'),
  token('github-token', 'github_pat_', '\\w{22,}'),
  token('gitlab-token', 'glpat-', '[\\w.-]{20,}'),
  token('slack-token', 'xox[a-z]-', '[\\w-]{10,}'),
  token('slack-token', 'xapp-', '[\\w-]{20,}'),
  token('stripe-key', '[rs]k_(?:live|test)_', '[A-Za-z0-9]{10,}'),
  token('stripe-webhook-secret', 'whsec_', '[A-Za-z0-9+/=]{16,}'),
  token('anthropic-key', 'sk-ant-', '[\\w-]{16,}'),
  // Names like `sk-learn-extra-something` have no digit; keys do.
  token('openai-key', 'sk-', '(?!ant-)[\\w-]{20,}', hasDigit),
  token('npm-token', 'npm_', '[A-Za-z0-9]{36}'),
  token('pypi-token', 'pypi-', '[\\w-]{50,}'),
  token('huggingface-token', 'hf_', '[A-Za-z0-9]{30,}'),
  token('sendgrid-key', 'SG\\.', '[\\w-]{16,64}\\.[\\w-]{16,64}'),
  token('jwt', 'eyJ', '[\\w-]{8,}\\.eyJ[\\w-]{8,}(?:\\.[\\w-]*)*'),
  {
    name: 'telegram-bot-token',
    mark: /:AA/,
    pattern: /(?<![\w-])\d{8,10}:AA[\w-]{33,}/g,
  },
  {
    name: 'slack-webhook',
    mark: /hooks\.slack\.com/,
    pattern: /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{16,}/g,
    isSecret: notFiller,
  },
  {
    name: 'azure-account-key',
    mark: /AccountKey|SharedAccessKey/,
    pattern: /((?:Account|SharedAccess)Key=)[A-Za-z0-9+/]{40,}={0,2}[\w-]*/g,
    isSecret: notFiller,
  },
  {
    // Only the password goes. A port is no password: `host:8080?mail=a@b`.
    name: 'url-password',
    mark: /:\/\/[^\s/@"'`]{0,400}@/,
    pattern: /(:\/\/[^\s/:@"'`<>[]{0,128}:)[^\s/"'`<>]{1,256}(?=@)/g,
    isSecret: ({ secret }) =>
      !/^\d{1,5}[?#]/.test(secret) && !isReference(secret) && !/^(.)\1*$/.test(secret),
  },
];

/** In the order in which they are masked: the shape says more than the name, so it has the first word. */
export const PATTERNS: readonly SecretPattern[] = [...SHAPED_PATTERNS, ...NAMED_PATTERNS];
