/** Rows as Claude Code 2.1.197 writes them, as far as they are read. */
export type Row = Record<string, unknown>;

export const prompt = (text = 'Begin.'): Row => ({ type: 'user', message: { role: 'user', content: text } });

export const says = (text: string, stopReason = 'end_turn'): Row => ({
  type: 'assistant',
  message: { role: 'assistant', id: 'm', content: [{ type: 'text', text }], stop_reason: stopReason },
});

export const calls = (id: string, tool = 'Bash'): Row => ({
  type: 'assistant',
  message: {
    role: 'assistant',
    id: `m-${id}`,
    content: [{ type: 'tool_use', id, name: tool, input: { command: 'true' } }],
    stop_reason: 'tool_use',
  },
});

export const result = (id: string, words = 'one', { failed = false, ...more }: Row = {}): Row => ({
  type: 'user',
  message: {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: id, content: words, is_error: failed }],
  },
  ...more,
});

export const refusedByApi: Row = {
  type: 'assistant',
  isApiErrorMessage: true,
  message: { role: 'assistant', model: '<synthetic>', content: [{ type: 'text', text: 'API Error' }] },
};

export const interrupted = prompt('[Request interrupted by user]');

export const goodbye: Row = { type: 'last-prompt', timestamp: undefined };

/** A hook of ours, as the client writes down that it ran. */
export const hookRan = (hookEvent: string, script: string, toolUseID: string | null = null): Row => ({
  type: 'attachment',
  attachment: {
    type: 'hook_success',
    hookEvent,
    toolUseID,
    command: `"\${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/${script} 2>/dev/null || :`,
  },
});

/** A turn with a tool that went well and one that failed, and its end. */
export const WORKED: Row[] = [
  prompt(),
  calls('t1'),
  result('t1'),
  calls('t2'),
  result('t2', 'Exit code 3', { failed: true }),
  says('All is well.'),
  goodbye,
];
