import type { RequestListener, ServerResponse } from 'node:http';
import { errorEnvelope, HoldfastError, messageOf } from '../errors/index.ts';
import { storageError } from '../store/index.ts';

/** Lets each request wait for the rooms, which load after the sidecar listens. None is refused for being early. */
export function awaitRooms(open: () => Promise<RequestListener>): RequestListener {
  let opened: RequestListener | undefined;

  async function waitAndAnswer(...[request, response]: Parameters<RequestListener>): Promise<void> {
    try {
      opened = await open();
    } catch (error) {
      return refuse(response, error);
    }
    // Whoever has left meanwhile reads no answer, and the rest of its body will never come.
    if (!request.socket.destroyed) opened(request, response);
  }

  return (request, response) => {
    if (opened) opened(request, response);
    else void waitAndAnswer(request, response);
  };
}

function refuse(response: ServerResponse, cause: unknown): void {
  const error = storageError(cause) ?? notOpened(cause);
  const body = JSON.stringify(errorEnvelope(error));
  response.writeHead(error.status, { 'content-type': 'application/json', connection: 'close' }).end(body);
}

function notOpened(cause: unknown): HoldfastError {
  return new HoldfastError(
    'INTERNAL',
    `Holdfast could not load all of itself: ${messageOf(cause)}.`,
    'logs/sidecar.ndjson in the home says where. Install Holdfast again; if that does not help, report it.',
    { cause },
  );
}
