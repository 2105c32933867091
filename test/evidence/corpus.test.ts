import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { judge } from '../../sidecar/cli/judge.ts';
import { type Scenario, scoreEvidence } from '../score/score-evidence.mjs';

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));
const files = ['evidence-dev.jsonl', 'evidence-dev-2.jsonl'].map((name) => `${corpus}${name}`);
const isThere = files.every((file) => existsSync(file));
const why = isThere ? '' : ' (skipped: ../shared/corpus is not beside the repository)';

describe.skipIf(!isThere)(`the labelled scenarios${why}`, () => {
  it('proves nothing that did not happen, and reaches the targets', () => {
    const { figures } = scoreEvidence(files.flatMap(rowsOf), judge);
    const share = (name: string) => figures.find((one) => one.name === name)?.share;

    expect(share('no false kept')).toBe(1);
    expect(share('no false contradicted')).toBe(1);
    expect(share('states right')).toBeGreaterThanOrEqual(0.93);
    expect(share('verdicts right')).toBeGreaterThanOrEqual(0.9);
  });
});

function rowsOf(file: string): Scenario[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
