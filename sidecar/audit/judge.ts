import type { Verb } from '../claims/index.ts';
import type { CompletedClaim, ToolCall } from '../evidence/index.ts';

/** What the rooms hear of a session, in the order of time. */
export type Step =
  | {
      kind: 'call';
      at: string;
      sessionId: string;
      /** Set where a subagent made the call. */
      agentId: string | null;
      toolUseId: string;
      /** Where the client was. */
      cwd: string | null;
      call: ToolCall;
    }
  | {
      kind: 'turn-end';
      at: string;
      sessionId: string;
      /** Set where a subagent's turn ended: no Stop fires for it. */
      agentId: string | null;
      /** Of the row that holds the message; null in a transcript without. */
      uuid: string | null;
      /** What Stop would have called the last assistant message. */
      message: string;
    };

/** What became of a promise. `attempted` and `dropped`: it was not kept where the transcripts end. */
export type PromiseState = 'kept' | 'attempted' | 'dropped' | 'withdrawn';

export type Verdict = CompletedClaim['verdict'];

export type JudgedPromise = {
  state: PromiseState;
  at: string;
  sessionId: string | null;
  verb: Verb;
  object: string;
  quote: string;
  /** The last call that tried, in words. */
  tried: string | null;
};

export type JudgedClaim = {
  state: Verdict;
  at: string;
  sessionId: string | null;
  verb: Verb;
  object: string;
  quote: string;
  /** The call that decided, in words. */
  tried: string | null;
};

export type Judged = {
  promise: (promise: JudgedPromise) => void;
  claim: (claim: JudgedClaim) => void;
};

/** Judges one topic: promises, calls and claims of different topics never meet. */
export type Judge = {
  hear: (step: Step) => void;
  /** Tells what became of everything that was said. */
  tell: (judged: Judged) => void;
  /** Afterwards nothing of the topic is left. */
  close: () => void;
};

export type OpenJudge = (topicId: string) => Judge;
