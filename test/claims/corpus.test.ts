import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { classifyMessage } from '../../sidecar/claims/index.ts';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { type Row, scoreClaims } from '../score/score.mjs';

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));
const files = ['claims-dev.jsonl', 'claims-dev-2.jsonl'].map((name) => `${corpus}${name}`);
const isThere = files.every((file) => existsSync(file));
const why = isThere ? '' : ' (skipped: ../shared/corpus is not beside the repository)';

type Floors = Record<string, { precision?: number; recall: number }>;

const TARGETS: Floors = {
  promises: { precision: 0.98, recall: 0.92 },
  completed: { precision: 0.95, recall: 0.85 },
  'offers left alone': { recall: 0.98 },
  'promise kind': { recall: 0.95 },
  'promise object': { recall: 0.95 },
  'promise trigger': { recall: 0.9 },
};

describe.skipIf(!isThere)(`the labelled corpus${why}`, () => {
  it('reaches the targets of precision and recall', () => expectAtLeast(files, TARGETS));
});

/** A bit below what they reached when they were last measured: what falls under it is a step back. */
describe('the rows of our own', () => {
  it.each(['a', 'b', 'c'])('hold in the part -%s', (part) =>
    expectAtLeast([own(part)], {
      ...TARGETS,
      promises: { precision: 0.99, recall: 0.97 },
      completed: { precision: 0.98, recall: 0.97 },
    }),
  );
});

function own(part: string): string {
  return join(PACKAGE_ROOT, 'test', 'corpus', `claims-own-${part}.jsonl`);
}

function expectAtLeast(paths: string[], floors: Floors): void {
  const { figures } = scoreClaims(paths.flatMap(rowsOf), (text) => classifyMessage(text).claims);
  for (const [name, { precision = 0, recall }] of Object.entries(floors)) {
    const figure = figures.find((one) => one.name === name);
    expect(figure?.precision, `precision of ${name}`).toBeGreaterThanOrEqual(precision);
    expect(figure?.recall, `recall of ${name}`).toBeGreaterThanOrEqual(recall);
  }
}

function rowsOf(file: string): Row[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
