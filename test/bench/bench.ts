import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { expect, it } from 'vitest';
import { PACKAGE_ROOT, VERSION } from '../../sidecar/machine/index.ts';
import { auditRate } from './audit-rate.ts';
import { boardPaint } from './board-paint.ts';
import { commitmentPages } from './commitment-pages.ts';
import { guardLatency } from './guard-latency.ts';
import { hookCost } from './hook-cost.ts';
import { intakeRate } from './intake-rate.ts';
import type { Figure } from './measure.ts';
import { messageCost } from './message-cost.ts';
import { sessionCost } from './session-cost.ts';
import { startUp } from './start-up.ts';
import { turnEngine } from './turn-engine.ts';

const RESULTS = join(PACKAGE_ROOT, 'test', 'bench', 'results', 'latest.json');

/** In this order: the quick ones first. */
const MEASURES = [
  messageCost, // reading a message
  hookCost,
  intakeRate,
  startUp,
  guardLatency,
  turnEngine,
  sessionCost,
  boardPaint,
  commitmentPages,
  auditRate,
];

it('measures everything in one run, as ratios', async () => {
  const figures: Figure[] = [];
  for (const measure of MEASURES) figures.push(...(await measure()));
  print(figures);
  mkdirSync(join(RESULTS, '..'), { recursive: true });
  writeFileSync(
    RESULTS,
    `${JSON.stringify({ version: VERSION, node: process.versions.node, figures }, null, 2)}\n`,
  );
  expect(figures.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([]);
});

function print(figures: Figure[]): void {
  const table = new Table({
    head: ['what', 'ratio', 'limit', '', 'measured'],
    style: { head: [], border: [] },
  });
  for (const { name, ratio, limit, ok, detail } of figures) {
    table.push([
      name,
      ratio < 0.1 ? `1/${(1 / ratio).toFixed(0)}` : ratio.toFixed(2),
      limit,
      ok ? 'ok' : 'MISSED',
      detail,
    ]);
  }
  process.stdout.write(`\n${table.toString()}\n`);
}
