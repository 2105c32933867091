/** One sign that a session left something undone, in a sentence for a person. */
export type Sign = {
  kind:
    | 'turn-in-flight'
    | 'plan-item'
    | 'open-promise'
    | 'dirty-worktree'
    | 'background-task'
    | 'recent-prompt'
    | 'recent-tool-call';
  text: string;
};

/** One strong sign is enough to call a session unfinished; of the weak ones it takes two. */
export type Unfinished = { strong: Sign[]; weak: Sign[] };
