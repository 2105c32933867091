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
  /** Sorts of things that it acts on ("branch", "tag"): a claim about another known sort is not met. */
  kinds?: string[];
  /** It names its target in `on`, so that a claim which names something else is not met. */
  named?: true;
  /** It is so wide (an edit, a command) that it meets only a claim which has a word in common with it. */
  needsWord?: true;
  /** Where it acted, as far as the call says: `production`, `staging`. */
  environment?: string;
  /** In which part of the world: `eu`, `us-east`. */
  region?: string;
  /** Words that stand in it only as parts of longer names: `parse` of `parseDate`. */
  inside?: string[];
  /** Not all of it: some of the tests. */
  part?: true;
  /** It takes an earlier deed of this verb back: `git reset HEAD~1` a commit. */
  undoes?: true;
  /** Edits that are not committed: `git stash` takes them away, `git stash pop` brings them back. */
  worktree?: { how: 'discarded' | 'stashed' | 'back'; paths: string[] };
  /** The same call changed code after it. */
  stale?: true;
};

/** What a call proves. Most calls prove nothing: `deeds` is empty. */
export type Reading = {
  /** One line for a person: `git push origin main`, `Edit src/a.ts`. */
  summary: string;
  deeds: Deed[];
  /** It changed a file that is not documentation: what was tested or built before is stale. */
  changesCode: boolean;
};

/** What a promise or a statement says. */
export type Claim = {
  verb: Verb;
  /** As the claims room tells it: the head noun phrase in lower case, `''` for a pronoun or nothing. */
  object: string;
  /**
   * The words around the verb that belong to this claim alone (`detailOf`). The object is a head noun, "padding"; the
   * file, the environment and the channel stand in the rest of the sentence. Optional: less is told apart without it.
   */
  detail?: string;
};
