#!/usr/bin/env node
// Stands for `systemctl --user`: reads the unit as it lies, starts what it names with nothing but the
// environment that it gives, and starts it again when it failed. Its own folder: $FAKE_SYSTEMD.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.FAKE_SYSTEMD;
const [scope, verb] = process.argv.slice(2);
const unit = process.argv.slice(3).find((word) => word.endsWith('.service'));
mkdirSync(folder, { recursive: true });
const at = (name) => join(folder, `${unit}.${name}`);
appendFileSync(join(folder, 'calls'), `${process.argv.slice(2).join(' ')}\n`);

if (scope === 'supervise') supervise();
else if (scope !== '--user') fail('only the user manager is played');
else if (existsSync(join(folder, 'no-bus'))) fail('Failed to connect to bus: No medium found');
else if (verb === 'enable') writeFileSync(at('enabled'), '');
else if (verb === 'disable') {
  rmSync(at('enabled'), { force: true });
  await stop();
} else if (verb === 'start') start();
else if (verb === 'stop') await stop();
else if (verb === 'show') show();
else if (!['show-environment', 'daemon-reload', 'reset-failed'].includes(verb))
  fail(`Unknown command ${verb}`);

function start() {
  if (pidOf('supervisor')) return;
  if (!existsSync(file())) fail(`Unit ${unit} not found.`);
  const child = spawn(process.execPath, [process.argv[1], 'supervise', unit], {
    detached: true,
    stdio: 'ignore',
  });
  writeFileSync(at('supervisor'), String(child.pid));
  child.unref();
}

/** A life of its own, as systemd has. */
function supervise() {
  const lines = readFileSync(file(), 'utf8').split('\n');
  const values = (key) =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  const env = Object.fromEntries(values('Environment').map((value) => words(value)[0].split(/=(.*)/s, 2)));
  const [program, ...args] = words(values('ExecStart')[0]).map((word) => word.replaceAll('$$', '$'));
  const child = spawn(program, args, { env, cwd: '/', stdio: 'ignore' });
  writeFileSync(at('pid'), String(child.pid));
  child.once('exit', (code) => {
    rmSync(at('pid'), { force: true });
    if (code === 0 || existsSync(at('stopping')) || !values('Restart').includes('on-failure')) {
      rmSync(at('supervisor'), { force: true });
    } else setTimeout(supervise, 50);
  });
}

async function stop() {
  writeFileSync(at('stopping'), '');
  const pid = pidOf('pid');
  if (pid) process.kill(pid, 'SIGTERM');
  while (pidOf('supervisor')) await new Promise((resolve) => setTimeout(resolve, 20));
  rmSync(at('stopping'));
}

function show() {
  console.log(`UnitFileState=${existsSync(at('enabled')) ? 'enabled' : 'disabled'}`);
  console.log(`ActiveState=${pidOf('supervisor') ? 'active' : 'inactive'}`);
  console.log(`MainPID=${pidOf('pid') ?? 0}`);
}

function pidOf(name) {
  if (!existsSync(at(name))) return null;
  const pid = Number(readFileSync(at(name), 'utf8'));
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

/** Double quotes, backslashes and `%%`, as the unit writes them. */
function words(line) {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    (quoted?.replace(/\\(.)/g, '$1') ?? bare).replaceAll('%%', '%'),
  );
}

function file() {
  return join(process.env.XDG_CONFIG_HOME || join(process.env.HOME, '.config'), 'systemd', 'user', unit);
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
