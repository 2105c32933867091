/** What a part says of itself when somebody looks. */
export type GuardStatus = {
  runtime: 'on' | 'off' | 'dry-run';
  /** Why it is off or blind, a sentence. */
  reason?: string;
  /** What a person can do. */
  hint?: string;
  /** The same for all that one fault puts out: they are one notice. */
  cause?: string;
  /** It ticks, but cannot see what it guards: a fault. */
  blind?: boolean;
  /** It cannot see because of the machine: never loud. */
  unverified?: boolean;
  /** A person took it away for good, and that was written down: it is off, and nothing is wrong. */
  byPerson?: boolean;
  /** ISO; for a part with a cadence. Null: it never ticked. */
  lastTickAt?: string | null;
};

/** Asked anew by everybody who looks. May throw: then the guard is `errored`, and no other is hidden. */
export type StatusOf = () => GuardStatus;
