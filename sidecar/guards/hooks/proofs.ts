/**
 * What a transcript can show that a hook must have told. `session`: a prompt was answered. `ran`, `ok` and
 * `failed`: a tool call. `ended`: the agent stopped by itself. `refused`: the API did.
 */
export type SignKind = 'session' | 'prompt' | 'ran' | 'ok' | 'failed' | 'ended' | 'refused';

/** One line of a hook: what proves that it is off. */
export type Proof = {
  event: string;
  /** The first client that has the event: an older one is asked for none. */
  since: string;
  /** Without its event this proves that the hook is off. Null: no session can, and its entry and its script must do. */
  sign: SignKind | null;
  /** What was seen, in words: `2 × WORDS, and no Stop came`. */
  seen: string;
  /** Also in a session of which something else was heard. */
  inHeardSession: boolean;
};

/**
 * Besides these lines each hook is off by files alone: its entry is out, its script is gone, is not executable
 * or is looked for elsewhere, a switch turns hooks off (setup/registered-hooks.ts).
 */
export const PROOFS: readonly Proof[] = [
  // A fork has its parent's SessionStart, and none of its own (seen with 2.1.197).
  {
    event: 'SessionStart',
    since: '1.0.62',
    sign: 'session',
    seen: 'a session worked',
    inHeardSession: false,
  },
  {
    event: 'UserPromptSubmit',
    since: '1.0.54',
    sign: 'prompt',
    seen: 'a prompt was answered',
    inHeardSession: true,
  },
  { event: 'PreToolUse', since: '2.0.43', sign: 'ran', seen: 'a tool ran', inHeardSession: true },
  { event: 'PostToolUse', since: '2.0.43', sign: 'ok', seen: 'a tool call went well', inHeardSession: true },
  {
    event: 'PostToolUseFailure',
    since: '2.1.33',
    sign: 'failed',
    seen: 'a tool call failed',
    inHeardSession: true,
  },
  { event: 'Stop', since: '2.0.0', sign: 'ended', seen: 'a turn came to its end', inHeardSession: true },
  { event: 'StopFailure', since: '2.1.78', sign: 'refused', seen: 'the API refused', inHeardSession: true },
  // One that was killed has none either, and its transcript does not tell.
  { event: 'SessionEnd', since: '1.0.85', sign: null, seen: '', inHeardSession: false },
  // When the client's watcher tells of a change, and of which, is not known well enough.
  { event: 'ConfigChange', since: '2.1.49', sign: null, seen: '', inHeardSession: false },
];
