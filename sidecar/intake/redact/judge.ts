import { namesChosenSecret, namesSecret } from './key-names.ts';
import { type Found, isMask } from './pattern.ts';
import { isCall, isMember, isPath, isPlaceholder, isReference } from './placeholders.ts';

/** A value whose surroundings prove it (a scheme, an option) or that has to look like a secret by itself. */
export function isPlainSecret(value: string, { proved }: { proved: boolean }): boolean {
  if (isNoSecret(value) || isCall(value)) return false;
  return proved || (looksMade(value) && !isMember(value));
}

/** The value of an object's key, or a quoted one: nothing in it is code. */
export function isQuotedSecret(value: string): boolean {
  return !isNoSecret(value) && !isShortNumber(value);
}

/** `KEY=VALUE` as a whole line: only capitals make it the line of an environment. */
export function isEnvironmentSecret({ kept, secret }: Found): boolean {
  const key = /(\w+)=$/.exec(kept)?.[1] ?? '';
  if (!isCapitals(key) || !namesSecret(key)) return false;
  return isQuotedSecret(secret) && !isCall(secret);
}

export function isOptionSecret({ kept, secret }: Found): boolean {
  const key = /^--([\w-]+)/.exec(kept)?.[1] ?? '';
  if (!namesSecret(key) || key.startsWith('no-')) return false;
  if (/^(?:id|type|src)=/.test(secret)) return false; // docker build --secret id=npmrc
  return isQuotedSecret(secret) && !isCall(secret);
}

const ASSIGNMENT =
  /^([\w.-]*)(\\{0,3}["'`])?\]?([ \t]*)(\??: ?[A-Za-z]+ =|:=|=>|\?:|[:=])([ \t]*)(\\{0,3}["'`])?$/;

/** `KEY=VALUE`, `key: value`, `"key": "value"`: the same letters are an assignment, a type, a call or prose. */
export function isAssignedSecret(found: Found): boolean {
  const [, rest = '', , before = '', sign = '', after = '', quote] = ASSIGNMENT.exec(found.kept) ?? [];
  const key = keyInFront(found) + rest;
  if (!namesSecret(key) || isInMask(found)) return false;
  if (quote === '`' && /\s/.test(found.secret)) return false; // The shell runs what stands there.
  if (quote !== undefined) return isQuotedSecret(found.secret);
  const tight = before === '' && sign === '=' && after === '';
  const line = before === '' && sign === ':' && endsLine(found);
  if (isCapitals(key) && (tight || line)) return isQuotedSecret(found.secret) && !isCall(found.secret);
  return isBareSecret(found, { chosen: namesChosenSecret(key), tight });
}

/** An unquoted value behind a key in small letters: most of these are code or prose. */
function isBareSecret(found: Found, { chosen, tight }: { chosen: boolean; tight: boolean }): boolean {
  const { secret, text, end } = found;
  if (!isQuotedSecret(secret) || isCall(secret) || isMember(secret)) return false;
  if (/[()]|^[[{]/.test(secret) || namesSecret(secret)) return false; // `token: userToken` is a variable.
  if (looksMade(secret)) return true;
  if (!chosen) return false;
  return /\d/.test(secret) || (tight ? text[end] !== ',' : endsLine(found) && beginsLine(found));
}

/** The match begins at the word that gave the key away: `AWS_` of `AWS_SECRET_KEY` lies in front of it. */
function keyInFront({ text, start }: Found): string {
  return /[\w.-]*$/.exec(text.slice(Math.max(0, start - 64), start))?.[0] ?? '';
}

/** `[masked:npm-token]: text`: the name of a pattern is no key. */
function isInMask({ text, start }: Found): boolean {
  return /\[masked:[\w-]*$/.test(text.slice(Math.max(0, start - 64), start));
}

function endsLine({ text, end }: Found): boolean {
  return end === text.length || text[end] === '\n' || text[end] === '\r';
}

function beginsLine({ text, start }: Found): boolean {
  return /(?:^|\n)(?:[ \t]*\d+→)?[ \t]*(?:- )?[\w.-]*$/.test(text.slice(Math.max(0, start - 100), start));
}

function isNoSecret(value: string): boolean {
  return value === '' || isMask(value) || isPlaceholder(value) || isReference(value) || isPath(value);
}

function isCapitals(key: string): boolean {
  return key === key.toUpperCase();
}

/** `token: 5` counts; so short a number keeps nothing secret. */
function isShortNumber(value: string): boolean {
  return /^\d{1,3}$/.test(value);
}

/** What a generator makes: eight characters with a digit among letters, or longer than a word. */
function looksMade(value: string): boolean {
  if (/^[\d.,]+$/.test(value)) return false;
  return (
    (value.length >= 8 && /\d/.test(value)) || (value.length >= 24 && !/^[a-z_]+$|^[A-Za-z]+$/.test(value))
  );
}
