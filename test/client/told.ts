import type { MessagesRequest } from './messages-api.ts';

/**
 * What hooks added for the model since it spoke last, as it stands in the request: `EVENT: TEXT`. Seen with
 * 2.1.197: that of a prompt is a message of the role `system` behind it, that of a Stop the user's next word.
 */
export function told(request: MessagesRequest | undefined): string[] {
  const messages = request?.messages ?? [];
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1);
  const text = since.flatMap(({ content }) => textsOf(content)).join('\n\n');
  const additions = text.matchAll(
    /(\w+) hook additional context: ([\s\S]*?)(?=\n\n|\n<\/system-reminder>|$)/g,
  );
  return [...additions].map(([, event, added]) => `${event}: ${added}`);
}

function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  return Array.isArray(content)
    ? content.flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
    : [];
}
