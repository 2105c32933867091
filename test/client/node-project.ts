import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ADD = 'export const add = (a, b) => a - b;\n';
const TESTS = `import { add } from './add.mjs';
const isRight = add(1, 2) === 3;
console.log(isRight ? ' ✓ add.test.mjs (2 tests)' : ' FAIL  add.test.mjs > adds two numbers');
console.log(isRight ? '\\n Test Files  1 passed (1)' : '\\n Test Files  1 failed (1)');
console.log(isRight ? '      Tests  2 passed (2)' : '      Tests  1 failed | 1 passed (2)');
process.exitCode = isRight ? 0 : 1;
`;

/** Source, documentation, and a test run that prints what a test runner prints: red, until `a - b` is `a + b`. */
export function writeNodeProject(folder: string) {
  const files = { add: join(folder, 'add.mjs'), notes: join(folder, 'notes.md') };
  writeFileSync(files.add, ADD);
  writeFileSync(files.notes, 'It adds.\n');
  writeFileSync(join(folder, 'tests.mjs'), TESTS);
  const description = { name: 'adder', private: true, scripts: { test: 'node tests.mjs' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(description));
  return files;
}
