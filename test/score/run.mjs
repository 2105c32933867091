// npm run score -- [CORPUS.jsonl…] [--failures]: precision and recall of the built classifier on rows with `text`, and how
// well tool calls are judged on rows with `promise`. Without a file, all of the corpus beside the repository, together.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { classifyMessage } from '../../dist/sidecar/claims/index.js';
import { judge } from '../../dist/sidecar/cli/judge.js';
import { scoreClaims } from './score.mjs';
import { scoreEvidence } from './score-evidence.mjs';

const words = process.argv.slice(2);
const showFailures = words.includes('--failures');
const files = words.filter((word) => !word.startsWith('--'));
const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));

try {
  const rows = (files.length > 0 ? files : corpusFiles()).flatMap(rowsOf);
  const failures = [
    ...showClaims(rows.filter((row) => 'text' in row)),
    ...showEvidence(rows.filter((row) => 'promise' in row)),
  ];
  if (showFailures) for (const failure of failures) console.log(JSON.stringify(failure));
} catch (error) {
  console.error(`score: ${error.message}`);
  process.exitCode = 2;
}

function showClaims(rows) {
  if (rows.length === 0) return [];
  const { figures, failures } = scoreClaims(rows, (text) => classifyMessage(text).claims);
  console.log(`${'what'.padEnd(20)}${'n'.padStart(6)}  precision  recall or share`);
  for (const { name, n, precision, recall } of figures) {
    const hasPrecision = /^(?:promises|commit|deferred|offer|completed)$/.test(name);
    const left = hasPrecision ? precision.toFixed(3) : '-';
    console.log(
      `${name.padEnd(20)}${String(n).padStart(6)}  ${left.padStart(9)}  ${recall.toFixed(3).padStart(15)}`,
    );
  }
  return failures;
}

function showEvidence(rows) {
  if (rows.length === 0) return [];
  const { figures, failures } = scoreEvidence(rows, judge);
  console.log(`${'evidence'.padEnd(28)}${'n'.padStart(6)}${'wrong'.padStart(8)}  share right`);
  for (const { name, n, right, share } of figures.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const line = [name.padEnd(28), String(n).padStart(6), String(n - right).padStart(8)].join('');
    console.log(`${line}  ${share.toFixed(3).padStart(11)}`);
  }
  return failures;
}

function corpusFiles() {
  return readdirSync(corpus)
    .filter((name) => /^(?:claims|evidence)-.*\.jsonl$/.test(name))
    .map((name) => `${corpus}${name}`);
}

function rowsOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}
