import type { Verb } from '../claims/index.ts';

/** A finished tool call, as the hooks and the transcripts tell it. */
export type ToolCall = {
  tool: string;
  input: unknown;
  /** False where the client called it failed. What the output says comes on top. */
  ok: boolean;
  response?: unknown;
};

/** One action that a call did, or tried to do and failed. Kept as JSON. */
export type Deed = {
  verb: Verb;
  outcome: 'did' | 'failed';
  /** What it acted on, in words that a claim's object is compared with: paths, branches, packages, numbers. */
  on: string[];
};

/** What a call proves. Most calls prove nothing: `deeds` is empty. */
export type Reading = {
  /** One line for a person: `git push origin main`, `Edit src/a.ts`. */
  summary: string;
  deeds: Deed[];
  /** It changed a file that is not documentation: what was tested or built before is stale. */
  changesCode: boolean;
};
