// Packs Holdfast and installs the file on each Node that is supported, in every way in which people install.
// Needs the registry, so `npm run check` does not run it: npm run check:package [-- 20 22 24]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NODES = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24'];
const root = mkdtempSync(join(tmpdir(), 'holdfast-matrix-'));
const counted = { passed: 0, failed: 0 };

try {
  const packed = packHoldfast();
  for (const major of NODES) tryNode(major, packed);
} finally {
  rmSync(root, { recursive: true, force: true });
}
console.log(`\n${counted.passed} passed, ${counted.failed} failed`);
process.exitCode = counted.failed === 0 ? 0 : 1;

function packHoldfast() {
  const [{ filename, size, entryCount }] = JSON.parse(
    must('npm', ['pack', '--json', '--pack-destination', root]).stdout,
  );
  console.log(`${filename}: ${Math.round(size / 1000)} kB, ${entryCount} files`);
  return join(root, filename);
}

function tryNode(major, packed) {
  const place = join(root, `node-${major}`);
  const nodes = emptyFolder(place, 'node');
  must('npm', ['install', '--no-save', `node@${major}`], { cwd: nodes });
  const env = { ...process.env, PATH: `${join(nodes, 'node_modules', 'node', 'bin')}:${process.env.PATH}` };
  const on = (program, args, options = {}) => run(program, args, { env, ...options });
  console.log(`\n# Node ${on('node', ['-p', 'process.versions.node']).stdout.trim()}`);

  const here = emptyFolder(place, 'here');
  check('installs in an empty directory', on('npm', ['install', packed], { cwd: here }));
  const sqlite = on('node', ['-p', 'require("better-sqlite3/package.json").version'], { cwd: here });
  console.log(`  better-sqlite3 ${sqlite.stdout.trim()}`);
  check('its demo passes', on('npx', ['--no-install', 'holdfast', 'demo'], { cwd: here }));

  const prefix = emptyFolder(place, 'global');
  check('installs globally', on('npm', ['install', '--global', '--prefix', prefix, packed]));
  check('and its demo passes', on(join(prefix, 'bin', 'holdfast'), ['demo']));

  const npx = ['--yes', '--package', packed, 'holdfast', 'demo'];
  check('runs by npx', on('npx', npx, { cwd: emptyFolder(place, 'npx') }));

  const offline = emptyFolder(place, 'offline');
  check('installs offline from the cache', on('npm', ['install', '--offline', packed], { cwd: offline }));
  check('and its demo passes', on('npx', ['--no-install', 'holdfast', 'demo'], { cwd: offline }));

  const scriptless = emptyFolder(place, 'no scripts');
  check(
    'installs with --ignore-scripts',
    on('npm', ['install', '--ignore-scripts', packed], { cwd: scriptless }),
  );
  const demo = on('npx', ['--no-install', 'holdfast', 'demo'], { cwd: scriptless });
  if (demo.status === 0) check('and its demo passes', demo);
  else {
    const says = /^holdfast: .*npm rebuild better-sqlite3/.test(demo.stderr) && !/\n\s+at /.test(demo.stderr);
    check('and says in a sentence what to do', { ...demo, status: says ? 0 : 1 });
    check('which helps', on('npm', ['rebuild', 'better-sqlite3'], { cwd: scriptless }));
    check('so that its demo passes', on('npx', ['--no-install', 'holdfast', 'demo'], { cwd: scriptless }));
  }
}

function check(what, { status, stdout, stderr, seconds }) {
  counted[status === 0 ? 'passed' : 'failed']++;
  console.log(`  ${status === 0 ? 'passed' : 'FAILED'}  ${what} (${seconds} s)`);
  if (status !== 0) console.log(`${stdout}\n${stderr}`);
}

function emptyFolder(...names) {
  const folder = join(...names);
  mkdirSync(folder, { recursive: true });
  // Else npm would look for a project above it.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  return folder;
}

function run(program, args, options = {}) {
  const began = Date.now();
  const ended = spawnSync(program, args, { encoding: 'utf8', ...options });
  return { ...ended, seconds: Math.round((Date.now() - began) / 1000) };
}

function must(program, args, options) {
  const ended = run(program, args, options);
  if (ended.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${ended.stderr}`);
  return ended;
}
