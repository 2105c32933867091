import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { openedRooms, TOKEN } from '../kit/opened-rooms.ts';
import { seed } from './seed.ts';

/** What a transcript, a branch or a file name may be called by somebody who means ill. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; alert(1); '",
  '</title></style></textarea><svg onload=alert(1)>',
  '\u001b[31mred\u0007\u0000\u009b2J',
  'left\u202egnp.exe\u2066\u200f',
  '&lt;b&gt; {{7*7}} <!-- -->',
].join(' ');

function hostileRooms() {
  const rooms = openedRooms();
  const put = seed(rooms.store, new Date());
  put.session({ project: `/code/${HOSTILE.replaceAll('/', '')}`, tools: [HOSTILE], state: 'reaped' });
  for (const status of ['open', 'kept', 'expired', 'withdrawn'] as const)
    put.promise({ status, quote: HOSTILE, object: HOSTILE, topic: HOSTILE, trigger: HOSTILE, by: HOSTILE });
  put.promise({ quote: HOSTILE, tried: HOSTILE });
  put.contradiction({ quote: HOSTILE, topic: HOSTILE });
  put.run({
    ...{
      objective: HOSTILE,
      project: HOSTILE,
      branch: HOSTILE,
      state: 'failed',
      reason: 'error',
      detail: HOSTILE,
    },
    ...{ until: HOSTILE, id: 'x" onclick="alert(1)', endedAt: new Date().toISOString() },
    turns: [['clean', 20, 10]],
  });
  return rooms;
}

const LISTS = ['', '?list=sessions', '?list=open', '?list=dropped', '?list=contradicted', '?list=runs'];

describe('the page', () => {
  test.each(LISTS)('%j shows what others wrote as text, and nothing more', async (query) => {
    const { get } = hostileRooms();
    const { status, body } = await get<string>(`/${query}`);
    expect(status).toBe(200);
    // Without what stands in quotes, all that is left between < and > is markup, and ours.
    const markup = body.replace(/="[^"]*"/g, '=""');
    const tags = new Set([...markup.matchAll(/<\/?([a-zA-Z!][^\s/>]*)/g)].map(([, tag]) => tag));
    for (const bad of ['img', 'b', 'textarea', 'style', 'iframe', '!--']) expect(tags).not.toContain(bad);
    expect(body.match(/<script[^>]*>/g)).toEqual(['<script src="/board.js" defer="">']);
    expect(markup).not.toMatch(/<[^>]*\son\w+\s*=/i);
    expect(markup).not.toMatch(/<[^>]*\sstyle\s*=/i);
    expect(body).toContain('&lt;script&gt;');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    expect(body).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200f\u202e\u2066]/);
  });

  test('holds no secret, and refers to nothing that is elsewhere', async () => {
    const { get, home } = hostileRooms();
    const { body } = await get<string>('/');
    expect(body).not.toContain(TOKEN);
    expect(body).not.toContain(readFileSync(home.boardKey, 'utf8').trim());
    for (const [, target] of body.matchAll(/\s(?:src|href|action|data-post)="([^"]*)"/gi))
      expect(target).toMatch(/^(\/(?!\/)|#)/);
    expect(body).not.toMatch(/https?:\/\//);
  });

  test('lets nothing run but its own script, and nobody frame it', async () => {
    const { get } = openedRooms();
    const { headers } = await get<string>('/');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  test('names its views; the queue and the guards where there are such', async () => {
    const { get } = openedRooms();
    const { body } = await get<string>('/');
    for (const view of ['now', 'word', 'runs']) {
      expect(body).toContain(`<section id="${view}"`);
      expect(body).toContain(`<a href="#${view}">`);
    }
  });

  test('reads and writes nothing', async () => {
    const { get, store } = hostileRooms();
    const before = store.lastChange();
    for (const query of LISTS) await get(`/${query}`);
    expect(store.lastChange()).toBe(before);
  });

  test.each(['?list=nothing', '?list=open&before=x', '?list=runs&before=%00', '?list=sessions&before=W10='])(
    '%s is a bad question',
    async (query) => {
      expect((await openedRooms().get(`/${query}`)).status).toBe(400);
    },
  );

  test('its script has less than 200 lines, and is served as it lies there', async () => {
    const { get } = openedRooms();
    const { body, headers } = await get<string>('/board.js');
    const file = readFileSync(join(PACKAGE_ROOT, 'sidecar/board/assets/board.js'), 'utf8');
    expect(body).toBe(file);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(file.trimEnd().split('\n').length).toBeLessThan(200);
    expect(file).not.toMatch(/https?:|innerHTML|insertAdjacentHTML|\beval\b|new Function/);
  });
});

describe('a list in full', () => {
  test.each([
    ['open', 'open promises'],
    ['kept', 'kept promises'],
    ['dropped', 'dropped promises'],
    ['contradicted', 'contradicted claims'],
    ['runs', 'runs'],
    ['sessions', 'sessions'],
  ] as const)(
    'of %s shows each row once, a page at a time, and the board leads there',
    async (list, name) => {
      const { get, store } = openedRooms();
      const put = seed(store, new Date());
      store.write(() => {
        for (let i = 0; i < 250; i++) {
          const quote = `Row number ${i}.`;
          if (list === 'contradicted') put.contradiction({ quote });
          else if (list === 'runs') put.run({ objective: quote });
          else if (list === 'sessions') put.session({ project: `/code/Row number ${i}.`, minutes: i + 1 });
          else if (list === 'dropped') put.promise({ quote, status: i % 2 ? 'expired' : 'withdrawn' });
          else put.promise({ quote, status: list });
        }
      });
      expect((await get<string>('/')).body).toContain(`<a href="/?list=${list}">All 250 ${name}</a>`);
      const seen: string[] = [];
      let next: string | undefined = `/?list=${list}`;
      for (let pages = 0; next !== undefined && pages < 10; pages++) {
        const { body }: { body: string } = await get<string>(next);
        const rows = [...body.matchAll(/Row number (\d+)\.(?=[”<])/g)].map(([, number = '']) => number);
        expect(rows.length).toBeLessThanOrEqual(100);
        seen.push(...rows);
        next = /<a href="([^"]+)" rel="next">/.exec(body)?.[1]?.replaceAll('&amp;', '&');
      }
      expect(seen).toHaveLength(250);
      expect(new Set(seen).size).toBe(250);
    },
  );
});
