import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type AssistantMessage, assistantMessage, type Block, streamEvents } from './assistant-message.ts';

export interface ApiError {
  /** 429 with `rate_limit_error`, 529 with `overloaded_error`, 401 with `authentication_error`, … */
  status: number;
  type: string;
  message: string;
}

/**
 * One answer of the model. `delayMs` and `after` wait before it; `hang` accepts the request and never answers.
 * `to` keeps a turn for the requests that it accepts: a subagent in the background asks beside its parent.
 * A client that tries again after an error takes the next turn of the script, so a script that means to
 * fail for good gives the error once for each try, or the client no tries (`CLAUDE_CODE_MAX_RETRIES=0`).
 */
export type Turn =
  | Block[]
  | {
      blocks: Block[];
      delayMs?: number;
      after?: Promise<unknown>;
      to?: (request: MessagesRequest) => boolean;
    }
  | { error: ApiError; delayMs?: number }
  | { hang: true };

/** The parts of a request's body that tests look at; the rest is there as well. */
export interface MessagesRequest {
  model: string;
  stream?: boolean;
  system?: unknown;
  messages: { role: string; content: unknown }[];
  tools?: { name: string }[];
}

export interface ToolUse {
  id: string;
  name: string;
  input: Record<string, unknown>;
}

export interface MessagesApi {
  /** For ANTHROPIC_BASE_URL. */
  url: string;
  port: number;
  /** The bodies of the main requests, oldest first; side questions are not among them. */
  requests: MessagesRequest[];
  /** Every tool use that was sent, with the id that was made for it, oldest first. */
  toolUses: ToolUse[];
  /** Cuts open connections too, so that a hanging turn holds nothing up. */
  close(): Promise<void>;
}

interface Play {
  script: Turn[];
  requests: MessagesRequest[];
  toolUses: ToolUse[];
}

/** Plays the Messages API on loopback: each main request takes the next turn of the script, then "done". */
export async function startMessagesApi(script: Turn[]): Promise<MessagesApi> {
  const play: Play = { script: [...script], requests: [], toolUses: [] };
  const server = createServer((request, response) => {
    answer(play, request, response).catch((error: unknown) => {
      // The client went away, or sent what is no JSON: the test sees it by the client's own ending.
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');

  function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  }

  const { requests, toolUses } = play;
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, requests, toolUses, close };
}

async function answer(play: Play, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://loopback').pathname;
  // The client asks HEAD / to see whether it can connect at all.
  if (request.method === 'HEAD') response.writeHead(200).end();
  else if (request.method !== 'POST') sendError(response, notFound(path));
  else if (path === '/v1/messages') await answerMessages(play, request, response);
  else if (path === '/v1/messages/count_tokens') sendJson(response, 200, { input_tokens: 10 });
  else sendError(response, notFound(path));
}

async function answerMessages(play: Play, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await json(request)) as MessagesRequest;
  if (isSideQuestion(body)) {
    sendMessage(response, body, assistantMessage([{ text: 'A title' }], body.model));
    return;
  }
  play.requests.push(body);
  await playTurn(play, nextTurn(play.script, body), body, response);
}

function nextTurn(script: Turn[], body: MessagesRequest): Turn {
  const index = script.findIndex((turn) => !('to' in turn) || turn.to === undefined || turn.to(body));
  return (index === -1 ? undefined : script.splice(index, 1)[0]) ?? [{ text: 'done' }];
}

async function playTurn(
  play: Play,
  turn: Turn,
  body: MessagesRequest,
  response: ServerResponse,
): Promise<void> {
  if ('hang' in turn) return;
  if ('delayMs' in turn) await pause(turn.delayMs);
  if ('after' in turn) await turn.after;
  if ('error' in turn) {
    sendError(response, turn.error);
    return;
  }
  const message = assistantMessage(Array.isArray(turn) ? turn : turn.blocks, body.model);
  play.toolUses.push(...message.content.filter((block) => block.type === 'tool_use'));
  sendMessage(response, body, message);
}

/** Titles and the like: they may not use up the script. A subagent has a Bash tool, and so does use it. */
function isSideQuestion(body: MessagesRequest): boolean {
  return !body.tools?.some((tool) => tool.name === 'Bash');
}

function sendMessage(response: ServerResponse, body: MessagesRequest, message: AssistantMessage): void {
  if (!body.stream) {
    sendJson(response, 200, message);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const event of streamEvents(message)) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

function notFound(path: string): ApiError {
  return { status: 404, type: 'not_found_error', message: `The scripted API does not play ${path}.` };
}

function sendError(response: ServerResponse, { status, type, message }: ApiError): void {
  sendJson(response, status, { type: 'error', error: { type, message } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
