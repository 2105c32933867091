const FILLER = /x{6,}|\*{3,}|\.{3}|…|•{2,}/i;
const SAME_CHARACTER = /^(.)\1*$/;
const BRACKETED = /^(?:<.*>|\{.*\}|\[.*\]|%\w+%)$/;
const STAND_IN =
  /^(?:(?:your|insert|replace|enter)[-_ ]\w.*|yourtoken|replaceme|change[-_ ]?me|(?:an?[-_ ])?example(?:[-_ ]\w+)?)$/i;

/** What stands where a secret would: types, empty values, the word for the thing itself. */
const WORDS = new Set(
  (
    'string number boolean bool int integer str text bytes buffer uint8array object any unknown never void null none nil ' +
    'undefined true false yes no on off required optional hidden placeholder dummy redacted masked todo tbd ' +
    'password passwd token tokens secret secrets key auth authentication authorization bearer basic scheme header'
  ).split(' '),
);

/** True for a value that a document or a type puts where the secret goes. */
export function isPlaceholder(value: string): boolean {
  return (
    SAME_CHARACTER.test(value) ||
    BRACKETED.test(value) ||
    isFiller(value) ||
    STAND_IN.test(value) ||
    WORDS.has(value.toLowerCase())
  );
}

export function isFiller(value: string): boolean {
  return FILLER.test(value);
}

const VARIABLE = /^(?:\$[A-Za-z_]\w*|\$\d|%[sdv])$/;
const INTERPOLATED = /\$\{|\$\(|\{\{|#\{/;
const ENVIRONMENT = /\bprocess\.env\b|\bimport\.meta\b|\bos\.environ|\bos\.getenv|\bENV\[|\bsecrets\.\w/;

/** True for a value that says where the secret comes from: `$TOKEN`, `${{ secrets.TOKEN }}`, `process.env.TOKEN`. */
export function isReference(value: string): boolean {
  return (
    VARIABLE.test(value) || INTERPOLATED.test(value) || ENVIRONMENT.test(value) || value.startsWith('//')
  );
}

const CALL = /^[A-Za-z_$][\w$.:?>-]*\(/;
const MEMBER = /^[A-Za-z_$][\w$]*(?:(?:\?\.|\.|->|::)[A-Za-z_$][\w$]*|\[[\w$"']*\]?)+!?$/;

export function isCall(value: string): boolean {
  return CALL.test(value);
}

/** `config.token`, `tokens[0]`, `self->token`. */
export function isMember(value: string): boolean {
  return MEMBER.test(value);
}

const PATH = /^(?:(?:~|\.{1,2})?\/|[A-Za-z]:[\\/]+)(?:[\w.@ -]+[\\/]+)*[\w@ -]*(?:\.\w{1,10})?$/;

/** Two separators or an extension: one slash alone also begins one in 64 base64 secrets. */
export function isPath(value: string): boolean {
  return value.length < 300 && PATH.test(value) && /[\\/].+[\\/]|\.\w{1,10}$/.test(value);
}
