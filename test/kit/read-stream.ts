import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { until } from './until.ts';

export type StreamReader = {
  messages: EventSourceMessage[];
  comments: string[];
  /** Resolves with the first message of which this holds. */
  sees: (what: string, isIt: (message: EventSourceMessage) => boolean) => Promise<EventSourceMessage>;
  /** Resolves when the stream ends, however it does. */
  ended: Promise<void>;
  cancel: () => Promise<void>;
};

/** Reads server-sent events as they come. */
export function readStream(body: ReadableStream<Uint8Array> | null): StreamReader {
  if (body === null) throw new Error('there is no stream');
  const messages: EventSourceMessage[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onComment: (comment) => comments.push(comment),
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();

  async function read(): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  }

  return {
    messages,
    comments,
    sees: (what, isIt) => until(what, () => messages.find(isIt)),
    ended: read().catch(() => {}), // A sidecar that was killed cuts its streams: that is an end too.
    cancel: () => reader.cancel(),
  };
}
