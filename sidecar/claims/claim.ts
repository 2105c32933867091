/**
 * commit     first person and unconditional: the speaker will do it
 * deferred   the same, waiting for an event or a time that is not the user's word; `trigger` says which
 * offer      waits for the user: a permission, a choice, an answer
 * completed  the speaker says that it is done
 */
export type ClaimKind = 'commit' | 'deferred' | 'offer' | 'completed';

/** The closed set: an action is in it because its doing can be seen in a tool call. */
export const VERBS = [
  ...(['start', 'stop', 'restart', 'deploy', 'push', 'commit', 'merge', 'revert', 'rebase'] as const),
  ...(['run', 'test', 'build', 'fix', 'release', 'open', 'close'] as const),
  ...(['install', 'remove', 'create', 'update', 'migrate', 'send'] as const),
] as const;

export type Verb = (typeof VERBS)[number];

export type Claim = {
  kind: ClaimKind;
  verb: Verb;
  /** The head noun phrase in lower case without determiners; `''` for a pronoun or nothing. */
  object: string;
  /** Only with `deferred`: what it waits for, in the message's own words. */
  trigger?: string;
  /** UTF-16 units into the message as sent; `text.slice(start, end)` holds the verb. */
  start: number;
  end: number;
};

/** "I won't push after all": takes back an earlier promise. */
export type Withdrawal = { verb: Verb; object: string; start: number; end: number };
