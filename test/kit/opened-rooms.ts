import { onTestFinished } from 'vitest';
import { type Config, type HomePaths, resolveConfig } from '../../sidecar/home/index.ts';
import { openLog } from '../../sidecar/server/log.ts';
import { openRooms, type Rooms } from '../../sidecar/server/rooms.ts';
import { newTally, type Tally } from '../../sidecar/server/tally.ts';
import type { Store } from '../../sidecar/store/index.ts';
import { openedStore } from './opened-store.ts';

export const TOKEN = 'a-token-of-the-tests-that-is-long-enough';
export const PORT = 4711;

export type Answer<T> = { status: number; body: T; headers: Headers };

export type OpenedRooms = {
  app: Rooms['app'];
  store: Store;
  home: HomePaths;
  folder: string;
  tally: Tally;
  closing: AbortController;
  get: <T = Record<string, unknown>>(path: string, headers?: Record<string, string>) => Promise<Answer<T>>;
  post: <T = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer<T>>;
};

/** Every room behind its routes, over a ledger of its own and without a socket. */
export function openedRooms(config: Partial<Config> = {}): OpenedRooms {
  const opened = openedStore();
  const closing = new AbortController();
  const tally = newTally();
  const rooms = openRooms({
    ...opened,
    config: { ...resolveConfig({}, 'config.json'), ...config },
    log: openLog(opened.home.logs),
    tally,
    lock: { fault: () => null },
    token: TOKEN,
    ownPort: () => PORT,
    closing: closing.signal,
  });
  onTestFinished(async () => {
    closing.abort();
    await rooms.stop();
  });

  async function ask<T>(path: string, init: RequestInit): Promise<Answer<T>> {
    const headers = {
      host: `127.0.0.1:${PORT}`,
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      ...(init.headers as Record<string, string>),
    };
    const response = await rooms.app.request(path, { ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    const body = (isJson ? JSON.parse(text) : text) as T;
    return { status: response.status, body, headers: response.headers };
  }

  return {
    app: rooms.app,
    ...opened,
    tally,
    closing,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, body, headers = {}) =>
      ask(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers }),
  };
}

export type ErrorBody = {
  error: { code: string; message: string; hint: string; details?: { field?: string } };
};
