import { describe, expect, test } from 'vitest';
import type { Report } from '../../sidecar/audit/audit.ts';
import type { JudgedPromise } from '../../sidecar/audit/judge.ts';
import { auditPage } from '../../sidecar/audit/page/page.ts';
import { newTally } from '../../sidecar/audit/tally.ts';

const HOSTILE = `I'll push "it" </style><script>alert(1)</script><img src=x onerror=alert(2)> & ' \u0000\u001b[31m \u202Egpj`;

type Said = {
  state: JudgedPromise['state'] | 'backed' | 'contradicted' | 'unbacked';
  at: string;
  quote?: string;
};

function reportOf(said: Said[], project = '/home/a/project'): Report {
  const tally = newTally({ since: '', mask: (text) => text });
  const judged = tally.of(project);
  for (const { state, at, quote = 'I will push it.' } of said) {
    const one = { at, sessionId: 's', verb: 'push' as const, object: '', quote, tried: null };
    if (state === 'backed' || state === 'contradicted' || state === 'unbacked')
      judged.claim({ ...one, state });
    else judged.promise({ ...one, state });
  }
  judged.done();
  return {
    ...tally.result(),
    skipped: { tornLines: 2, unknownRows: 0, unreadableFiles: 0, longLines: 0 },
    subagents: { files: 1, calls: 3, promises: 0, claims: 0 },
    sessions: 4,
    turns: 1234,
    calls: 9,
    met: { missingResults: 0, interruptedTurns: 1, compactions: 0, copies: 0 },
    since: null,
    unreadable: [],
    read: { files: 5, bytes: 2e8, seconds: 9, megabytesPerSecond: 22 },
  };
}

function pageOf(report: Report): string {
  return auditPage(report, { version: '0.1.0', madeAt: new Date('2026-03-10T12:00:00Z') });
}

const at = (day: number) => new Date(Date.UTC(2026, 0, day, 12)).toISOString();

describe('the page', () => {
  const page = pageOf(
    reportOf(
      [
        { state: 'kept', at: at(1) },
        { state: 'dropped', at: at(2), quote: HOSTILE },
        { state: 'contradicted', at: at(9), quote: 'All pass.' },
      ],
      `/home/${HOSTILE}`,
    ),
  );

  test('refers to nothing outside itself and runs nothing', () => {
    const tags = [...page.matchAll(/<[^>]*>/g)].join('');
    expect(tags).not.toMatch(/\b(?:src|href|on\w+)=|<(?:script|link|iframe|object|embed|img|base)/i);
    expect(page).not.toMatch(/https?:|url\(|@import/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('shows a hostile sentence as the text that it is', () => {
    expect(page).toContain(
      '&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt; &amp; &#39;',
    );
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page).not.toMatch(/<(?:script|img)/);
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  });

  test('opens and closes every element', () => {
    const open: string[] = [];
    for (const [, slash, name = '', rest = ''] of page.matchAll(
      /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/g,
    )) {
      if (slash) expect(open.pop()).toBe(name);
      else if (!rest.endsWith('/') && name !== 'meta') open.push(name);
    }
    expect(open).toEqual([]);
  });

  test('has a label for the chart, and its figures as a table', () => {
    expect(page).toMatch(/<svg[^>]* role="img" aria-labelledby="chart-title chart-text"/);
    for (const id of ['chart-title', 'chart-text', 'promises', 'claims'])
      expect(page.split(`id="${id}"`)).toHaveLength(2);
    expect(page).toContain('<tr><th scope="row">2026-01-02</th><td>0</td><td>0</td><td>1</td>');
    expect(page).toMatch(/<html lang="en">/);
  });

  test('has the dark colours too, and a width for telephones', () => {
    expect(page).toContain('@media (prefers-color-scheme: dark)');
    expect(page).toContain('width=device-width');
  });

  test('lists the worst, gravest first', () => {
    const [first, second] = [page.indexOf('All pass.'), page.indexOf('alert(1)')];
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(second);
  });
});

describe('a page of nothing', () => {
  test('says so', () => {
    const page = pageOf(reportOf([]));
    expect(page).toContain('Nothing was promised or said to be done.');
    expect(page).not.toContain('NaN');
  });
});

describe('the chart', () => {
  const bars = (said: Said[]) =>
    [
      ...pageOf(reportOf(said)).matchAll(
        /<rect class="(\w+)" x="([\d.]+)" y="([\d.]+)" width="\d+" height="([\d.]+)"/g,
      ),
    ].map(([, name, x, y, height]) => ({ name, x: Number(x), y: Number(y), height: Number(height) }));

  test('stacks promises upwards and false claims downwards, inside of its frame', () => {
    const found = bars([
      ...['kept', 'kept', 'dropped', 'contradicted', 'unbacked'].map((state) => ({
        state: state as Said['state'],
        at: at(3),
      })),
      ...Array.from({ length: 30 }, (): Said => ({ state: 'unbacked', at: at(4) })),
    ]);
    for (const { y, height } of found) {
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y + height).toBeLessThanOrEqual(180.1);
    }
    const [kept, dropped, contradicted, unbacked] = found;
    const axis = (180 * 3) / 33; // Three promises above it, thirty claims below.
    expect([kept?.name, dropped?.name, contradicted?.name, unbacked?.name]).toEqual([
      'kept',
      'dropped',
      'contradicted',
      'unbacked',
    ]);
    expect((kept?.y ?? 0) + (kept?.height ?? 0)).toBeCloseTo(axis, 1);
    expect((dropped?.y ?? 0) + (dropped?.height ?? 0)).toBeCloseTo(kept?.y ?? 0, 1);
    expect(contradicted?.y).toBeCloseTo(axis, 1);
    expect(unbacked?.y).toBeCloseTo(axis + (contradicted?.height ?? 0), 1);
  });

  test.each([
    [10, 'day'],
    [200, 'week'],
    [3000, 'month'],
  ])('of %i days is by %s', (days, unit) => {
    const page = pageOf(
      reportOf([
        { state: 'kept', at: at(1) },
        { state: 'kept', at: at(days) },
      ]),
    );
    expect(page).toContain(`Promises and claims by ${unit}`);
    expect(page.match(/<g>/g)?.length).toBeLessThanOrEqual(120);
  });

  test('of a broken clock is drawn all the same', () => {
    expect(
      bars([
        { state: 'kept', at: '0001-01-01T00:00:00.000Z' },
        { state: 'kept', at: '9998-01-01T00:00:00.000Z' },
      ]).length,
    ).toBeGreaterThan(0);
  });
});
