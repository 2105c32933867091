/** Asked of every key of every event, so that most of them cost one search. */
const CANDIDATE = /secret|token|passw|passphrase|key|cred|auth|pwd|connection/i;

const SECRET_WORDS = new RegExp(
  [
    '(?:passw(?:or)?d|passphrase|secret|token|credentials?)',
    '(?:api|access|private|secret|auth|signing|encryption|master|service_role|account|subscription)_?key',
    // `PWD` and `OLDPWD` are folders.
    '(?<=_)pwd',
    'connection_?string',
    '^(?:proxy_)?authorization$',
  ]
    .map((words) => `${words}(?=_|\\d|$)`)
    .join('|'),
);

/** A name that ends in one of these tells about a secret and holds none: `token_count`, `PASSWORD_FILE`. */
const ABOUT =
  /_(?:counts?|counter|limits?|len|length|size|types?|names?|ids?|url|uri|arn|endpoint|host|port|files?|paths?|dir|folder|expir(?:y|es|ation|ed)|at|in|ttl|age|max|min|policy|field|label|usage|used|total|budget|rate|cost|price|regexp?|pattern|placeholder|hint|enabled|required|valid|version|index|stdin|env|var|header|prefix|suffix|manager|provider|store|rotation|kind|status|error|issuer|scopes?|format|input|strength)$/;

const CHOSEN = /passw(?:or)?d|passphrase|pwd|secret/i;

/** True where a key, in any spelling of its words (`apiKey`, `API-KEY`, `PGPASSWORD`), holds a secret. */
export function namesSecret(key: string): boolean {
  if (key.length > 100 || !CANDIDATE.test(key)) return false;
  const words = separateWords(key);
  return SECRET_WORDS.test(words) && !ABOUT.test(words);
}

/** People choose passwords, and any word will do; a token or a key is made by a machine and looks like it. */
export function namesChosenSecret(key: string): boolean {
  return CHOSEN.test(key);
}

function separateWords(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .toLowerCase();
}
