import { words } from './small.ts';

/** What waits for the reader: a clause with one of these is their word, not an event. */
export const USER_WORDS = words(
  `you your yours yourself you'd youre youve ok okay approval approved go-ahead goahead thumbs-up blessing permission
  say-so consent wanted desired preferred wish objection objections objects please`,
);

/** "Say the word and I'll ship it": an order to the reader that a promise hangs on. */
export const REQUESTS = words(
  `say reply pick choose confirm paste tell type give send drop let ping approve answer point add sign just please
  simply review accept allow grant name share post put call shout nod react thumbs-up one any a green-light greenlight
  press hit click select decide agree run set check create provide fill unlock open merge push restart start comment
  respond write enter mark message ask vote grab hand issue plug connect log enable take state email`,
);

export const ASSENT = words('so not yes no it that this any ok okay');
