// npm run score -- [CORPUS.jsonl…] [--failures]: precision and recall of the built classifier. Without a file, every
// claims file of the corpus beside the repository, together.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { classifyMessage } from '../../dist/sidecar/claims/index.js';
import { scoreClaims } from './score.mjs';

const words = process.argv.slice(2);
const showFailures = words.includes('--failures');
const files = words.filter((word) => !word.startsWith('--'));
const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));

try {
  const rows = (files.length > 0 ? files : claimFiles()).flatMap(rowsOf);
  const { figures, failures } = scoreClaims(rows, (text) => classifyMessage(text).claims);
  console.log(`${'what'.padEnd(20)}${'n'.padStart(6)}  precision  recall or share`);
  for (const { name, n, precision, recall } of figures) {
    const hasPrecision = /^(?:promises|commit|deferred|offer|completed)$/.test(name);
    const left = hasPrecision ? precision.toFixed(3) : '-';
    console.log(
      `${name.padEnd(20)}${String(n).padStart(6)}  ${left.padStart(9)}  ${recall.toFixed(3).padStart(15)}`,
    );
  }
  if (showFailures) for (const failure of failures) console.log(JSON.stringify(failure));
} catch (error) {
  console.error(`score: ${error.message}`);
  process.exitCode = 2;
}

function claimFiles() {
  return readdirSync(corpus)
    .filter((name) => /^claims-.*\.jsonl$/.test(name))
    .map((name) => `${corpus}${name}`);
}

function rowsOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}
