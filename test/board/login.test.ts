import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { boardKey, boardLogins } from '../../sidecar/board/index.ts';
import { type ErrorBody, openedRooms, PORT, TOKEN } from '../kit/opened-rooms.ts';
import { openedStore } from '../kit/opened-store.ts';

const KEY = Buffer.alloc(32, 1);
const OWN = `http://127.0.0.1:${PORT}`;
const pairOf = (cookie: string | null) => (cookie ?? '').split(';')[0] ?? '';

/** Rooms without a socket, asked as a browser would: no token, the headers that are given. */
function visited() {
  const rooms = openedRooms();
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    rooms.app.request(path, { method, headers: { host: `127.0.0.1:${PORT}`, ...headers } });
  const link = async () => (await rooms.post<{ path: string }>('/open', {})).body.path;
  const login = async () => pairOf((await ask(await link())).headers.get('set-cookie'));
  return { ...rooms, ask, link, login };
}

const codeOf = async (answer: Response) => ((await answer.json()) as ErrorBody).error.code;

describe('the one-time link', () => {
  test('sets a cookie that no script reads and no other site sends, and leads to the board', async () => {
    const { ask, link } = visited();
    const answer = await ask(await link());
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/');
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^holdfast_[0-9a-f]{8}=[\w.-]+; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    expect(cookie).not.toContain(TOKEN);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await ask('/', { cookie: pairOf(cookie) })).status).toBe(200);
  });

  test('dies with its use: another browser is refused, the one that used it goes on', async () => {
    const { ask, link } = visited();
    const path = await link();
    const cookie = pairOf((await ask(path)).headers.get('set-cookie'));
    const again = await ask(path);
    expect([again.status, again.headers.get('set-cookie')]).toEqual([401, null]);
    expect(await codeOf(again)).toBe('UNAUTHORIZED');
    const reload = await ask(path, { cookie });
    expect([reload.status, reload.headers.get('set-cookie')]).toEqual([303, null]);
  });

  test('of two requests that race one is let in', async () => {
    const { ask, link } = visited();
    const path = await link();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(path)));
    expect(answers.filter((answer) => answer.headers.has('set-cookie'))).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(7);
  });

  test.each(['', 'x', 'JEKlXXmZLzxKWuIM9Nxn7YpE1hy_M7bA', '__proto__', '%00', 'a/b'])(
    '%j is none',
    async (code) => {
      const answer = await visited().ask(`/open/${code}`);
      expect([401, 404]).toContain(answer.status);
      expect(answer.headers.has('set-cookie')).toBe(false);
    },
  );

  test('is short-lived, and few wait', () => {
    const clock = { now: 1_000_000 };
    const logins = boardLogins({ key: KEY, now: () => clock.now });
    const [slow, quick] = [logins.newLink(), logins.newLink()];
    clock.now += 119_000;
    expect(logins.redeem(quick.code)).toBe(true);
    clock.now += 1_000;
    expect(logins.redeem(slow.code)).toBe(false);
    const first = logins.newLink();
    for (let i = 0; i < 20; i++) logins.newLink();
    expect(logins.redeem(first.code)).toBe(false);
  });

  test('opened from a page of another site leads on by a page, with which the cookie goes along', async () => {
    const { ask, link } = visited();
    const answer = await ask(await link(), { 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toBeTruthy();
    expect(await answer.text()).toContain('<meta http-equiv="refresh" content="0; url=/"/>');
  });

  test('is made by who has the token, and by nobody else', async () => {
    const { ask } = visited();
    expect((await ask('/open', {}, 'POST')).status).toBe(401);
  });

  test.each([
    ['a foreign host', { host: 'evil.com' }],
    ['a foreign origin', { origin: 'http://127.0.0.1:1' }],
  ])('%s does not use it up', async (_what, headers) => {
    const { ask, link } = visited();
    const path = await link();
    expect((await ask(path, headers)).status).toBe(403);
    expect((await ask(path)).status).toBe(303);
  });
});

describe('the cookie', () => {
  test('is good for 7 days, over restarts, and for this home alone', () => {
    const clock = { now: Date.parse('2026-03-01T00:00:00Z') };
    const now = () => clock.now;
    const cookie = pairOf(boardLogins({ key: KEY, now }).newCookie());
    const restarted = boardLogins({ key: KEY, now });
    expect(restarted.isLoggedIn(cookie)).toBe(true);
    expect(restarted.isLoggedIn(`a=b; ${cookie}; c=d`)).toBe(true);
    const other = boardLogins({ key: Buffer.alloc(32, 2), now });
    expect(other.isLoggedIn(cookie)).toBe(false);
    expect(other.isLoggedIn(cookie.replace(/^[^=]+/, pairOf(other.newCookie()).split('=')[0] ?? ''))).toBe(
      false,
    );
    clock.now += 7 * 24 * 3_600_000;
    expect(restarted.isLoggedIn(cookie)).toBe(false);
  });

  test('changed anywhere is none', () => {
    const logins = boardLogins({ key: KEY });
    const cookie = pairOf(logins.newCookie());
    expect(logins.isLoggedIn(cookie)).toBe(true);
    for (let i = 0; i < cookie.length; i++) {
      const other = cookie[i] === 'A' ? 'B' : 'A';
      expect(logins.isLoggedIn(`${cookie.slice(0, i)}${other}${cookie.slice(i + 1)}`), String(i)).toBe(false);
    }
    for (const bad of [
      undefined,
      '',
      ';',
      '=',
      cookie.slice(0, -1),
      `${cookie}.x`,
      cookie.split('=')[1] ?? '',
    ])
      expect(logins.isLoggedIn(bad)).toBe(false);
  });

  test('opens every route that the token opens', async () => {
    const { ask, login } = visited();
    const cookie = await login();
    for (const path of ['/', '/board.js', '/board.css', '/board.svg', '/sessions', '/changes', '/docs']) {
      expect((await ask(path)).status, path).toBe(401);
      expect((await ask(path, { cookie })).status, path).toBe(200);
    }
  });

  test('changes something only from a page of its own; a token needs no page', async () => {
    const { ask, login } = visited();
    const cookie = await login();
    const observe = (headers: Record<string, string>) => ask('/runs/x/kill', headers, 'POST');
    const refused: Record<string, string>[] = [
      { cookie },
      { cookie, origin: 'null' },
      { cookie, origin: 'http://127.0.0.1:4712' },
      { cookie, origin: 'http://evil.com' },
      { cookie, origin: OWN, 'sec-fetch-site': 'same-site' },
      // Our own port, and yet another site than the one that was asked.
      { cookie, origin: `http://localhost:${PORT}` },
    ];
    for (const headers of refused) {
      const answer = await observe(headers);
      expect([answer.status, await codeOf(answer)], JSON.stringify(headers)).toEqual([
        403,
        'FORBIDDEN_ORIGIN',
      ]);
    }
    expect(await codeOf(await observe({ cookie, origin: OWN, 'sec-fetch-site': 'same-origin' }))).toBe(
      'RUN_NOT_FOUND',
    );
    expect(await codeOf(await observe({ authorization: `Bearer ${TOKEN}` }))).toBe('RUN_NOT_FOUND');
  });

  test.each(['same-site', 'cross-site'])('does not let a page of a %s read', async (site) => {
    const { ask, login } = visited();
    const cookie = await login();
    expect((await ask('/sessions', { cookie, 'sec-fetch-site': site })).status).toBe(403);
    for (const own of ['same-origin', 'none'])
      expect((await ask('/sessions', { cookie, 'sec-fetch-site': own })).status).toBe(200);
  });
});

describe('the key', () => {
  test('is made once, for its owner alone', () => {
    const { home } = openedStore();
    const key = boardKey(home.boardKey);
    expect(key).toHaveLength(32);
    expect(statSync(home.boardKey).mode & 0o777).toBe(0o600);
    expect(boardKey(home.boardKey)).toEqual(key);
  });

  test('that is damaged is made anew', () => {
    const { home } = openedStore();
    writeFileSync(home.boardKey, 'nonsense');
    const key = boardKey(home.boardKey);
    expect(key.toString('hex')).toBe(readFileSync(home.boardKey, 'utf8').trim());
  });

  test('that cannot be kept serves until the next start, and that is said', () => {
    const { home } = openedStore();
    mkdirSync(home.boardKey);
    const warnings: string[] = [];
    expect(boardKey(home.boardKey, (what) => warnings.push(what))).toHaveLength(32);
    expect(warnings).toHaveLength(1);
  });
});

describe('somebody who opens a page', () => {
  test('without a cookie reads what to do; a program gets the envelope', async () => {
    const { ask } = visited();
    const page = await ask('/', { accept: 'text/html,application/xhtml+xml' });
    expect(page.status).toBe(401);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toContain('holdfast open');
    expect(await codeOf(await ask('/', { accept: '*/*' }))).toBe('UNAUTHORIZED');
  });
});
