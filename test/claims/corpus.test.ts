import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { classifyMessage } from '../../sidecar/claims/index.ts';
import { type Row, scoreClaims } from '../score/score.mjs';

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));
const files = ['claims-dev.jsonl', 'claims-dev-2.jsonl'].map((name) => `${corpus}${name}`);
const isThere = files.every((file) => existsSync(file));
const why = isThere ? '' : ' (skipped: ../shared/corpus is not beside the repository)';

describe.skipIf(!isThere)(`the labelled corpus${why}`, () => {
  it('reaches the targets of precision and recall', () => {
    const { figures } = scoreClaims(files.flatMap(rowsOf), (text) => classifyMessage(text).claims);
    const figure = (name: string) => figures.find((one) => one.name === name);

    expect(figure('promises')?.precision).toBeGreaterThanOrEqual(0.98);
    expect(figure('promises')?.recall).toBeGreaterThanOrEqual(0.92);
    expect(figure('completed')?.precision).toBeGreaterThanOrEqual(0.95);
    expect(figure('completed')?.recall).toBeGreaterThanOrEqual(0.85);
    expect(figure('offers left alone')?.recall).toBeGreaterThanOrEqual(0.98);
    expect(figure('promise kind')?.recall).toBeGreaterThanOrEqual(0.95);
    expect(figure('promise object')?.recall).toBeGreaterThanOrEqual(0.95);
    expect(figure('promise trigger')?.recall).toBeGreaterThanOrEqual(0.9);
  });
});

function rowsOf(file: string): Row[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
