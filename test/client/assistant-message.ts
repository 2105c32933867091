import { randomUUID } from 'node:crypto';

/** What one block of an assistant turn says or does. */
export type Block = { text: string } | { tool: string; input: Record<string, unknown> };

type ContentBlock =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> };

export interface AssistantMessage {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: ContentBlock[];
  stop_reason: 'end_turn' | 'tool_use';
  stop_sequence: null;
  usage: { input_tokens: number; output_tokens: number };
}

/** One event of the stream: its name is `type`, so it is written once. */
export type StreamEvent = { type: string } & Record<string, unknown>;

export function assistantMessage(blocks: Block[], model: string): AssistantMessage {
  return {
    id: `msg_${randomUUID()}`,
    type: 'message',
    role: 'assistant',
    model,
    content: blocks.map(contentBlock),
    stop_reason: blocks.some((block) => 'tool' in block) ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 10 },
  };
}

export function streamEvents(message: AssistantMessage): StreamEvent[] {
  const opening = { ...message, content: [], stop_reason: null };
  const ending = { stop_reason: message.stop_reason, stop_sequence: null };
  return [
    { type: 'message_start', message: opening },
    ...message.content.flatMap(blockEvents),
    { type: 'message_delta', delta: ending, usage: { output_tokens: message.usage.output_tokens } },
    { type: 'message_stop' },
  ];
}

function contentBlock(block: Block): ContentBlock {
  if ('text' in block) return { type: 'text', text: block.text };
  // Random, not counted: a resumed session meets the ids of an earlier server in its own history.
  return { type: 'tool_use', id: `toolu_${randomUUID()}`, name: block.tool, input: block.input };
}

function blockEvents(block: ContentBlock, index: number): StreamEvent[] {
  const [empty, delta] =
    block.type === 'text'
      ? [
          { ...block, text: '' },
          { type: 'text_delta', text: block.text },
        ]
      : [
          { ...block, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
        ];
  return [
    { type: 'content_block_start', index, content_block: empty },
    { type: 'content_block_delta', index, delta },
    { type: 'content_block_stop', index },
  ];
}
