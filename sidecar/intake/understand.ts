import { HoldfastError, messageOf } from '../errors/index.ts';
import { type HookBody, schemaOf } from './schemas.ts';

/** Deeper JSON is no hook event, and would cost the walks over it their stack. */
const MAX_DEPTH = 64;

const EVENT_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Reads the text of an event, or says with BAD_INPUT which field is wrong. Throws nothing else. */
export function understand(event: string, text: string): HookBody {
  if (!EVENT_NAME.test(event)) throw badInput(`${JSON.stringify(event.slice(0, 80))} is no event name.`);
  if (nestingOf(text) > MAX_DEPTH) throw badInput(`The body is nested deeper than ${MAX_DEPTH} levels.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    // The parser's own message quotes the text, and this one is logged: the place must do.
    const place = /at position \d+/.exec(messageOf(cause))?.[0];
    throw badInput(`The body is not JSON${place ? `, ${place}` : ''}.`);
  }
  const checked = schemaOf(event).safeParse(parsed);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const field = issue?.path.join('.') || 'the body';
  throw badInput(`${field}: ${issue?.message}.`, { field });
}

function badInput(message: string, details?: Record<string, unknown>): HoldfastError {
  const hint = 'Send the JSON that Claude Code gives a hook on its standard input.';
  return new HoldfastError('BAD_INPUT', message, hint, details ? { details } : {});
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The deepest nesting of a JSON text, without parsing it. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === BACKSLASH) i++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === 0x5b || char === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x5d || char === 0x7d) depth--;
  }
  return deepest;
}
