// Installs what is missing and runs every check. The last line is `N passed, N failed`.
// Plain JavaScript without a dependency: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';

const RESULTS = 'test/.results/vitest.json';

const [major, minor] = process.versions.node.split('.').map(Number);
if (!((major === 20 && minor >= 19) || (major === 22 && minor >= 14) || major > 22)) {
  console.error(`Node ${process.versions.node} is too old: 20.19, 22.14 or newer is needed.`);
  process.exit(1);
}

const counted = { passed: 0, failed: 0, skipped: 0 };

step('install', 'npm', ['run', 'setup']);
step('install the real client', 'npm', ['run', 'setup:client']);
const installed = counted.failed === 0;
step('find a browser, or install one', 'npm', ['run', 'setup:browser']);
if (installed) {
  step('lint', 'npx', ['biome', 'check', '.']);
  step('types', 'npx', ['tsc', '-p', 'tsconfig.test.json']);
  tests();
}
if (counted.skipped > 0) console.log(`\n${counted.skipped} not run, each named above`);
console.log(`\n${counted.passed} passed, ${counted.failed} failed`);
process.exitCode = counted.failed === 0 ? 0 : 1;

function step(name, command, args) {
  console.log(`\n# ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  counted[status === 0 ? 'passed' : 'failed']++;
  if (status !== 0) console.error(`${name} failed: ${command} ${args.join(' ')}`);
}

function tests() {
  console.log('\n# tests');
  mkdirSync('test/.results', { recursive: true });
  rmSync(RESULTS, { force: true });
  const { status } = spawnSync(
    'npx',
    ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`],
    { stdio: 'inherit' },
  );
  if (!existsSync(RESULTS)) {
    console.error('The tests did not run to their end.');
    counted.failed++;
    return;
  }
  const results = JSON.parse(readFileSync(RESULTS, 'utf8'));
  counted.passed += results.numPassedTests;
  // A file that cannot be loaded has no test that failed.
  counted.failed += status === 0 ? 0 : Math.max(1, results.numFailedTests);
  for (const file of results.testResults) {
    for (const test of file.assertionResults) {
      if (!['pending', 'skipped', 'todo'].includes(test.status)) continue;
      counted.skipped++;
      console.log(`not run: ${test.fullName}`);
    }
  }
}
