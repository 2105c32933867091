import { type HomePaths, readConfig } from '../home/index.ts';
import { findClaude } from '../runs/index.ts';
import { stopSidecar, whoServes } from '../server/index.ts';
import { installUnit, removeUnit, type Step, type UnitStatus, unitStatus } from '../setup/index.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './main.ts';
import { paint, printJson } from './print.ts';
import { printSteps } from './print-steps.ts';
import { printError } from './report-failure.ts';

type Options = { act: 'install' | 'remove' | 'status'; json?: boolean };

export async function run({ act, json = false }: Options, context: Context): Promise<number> {
  if (act === 'install') return install(context);
  if (act === 'remove') return remove(context);
  return status(context, json);
}

async function install(context: Context): Promise<number> {
  const { home, launch } = context;
  if (/[/\\]_npx[/\\]/.test(launch.cli)) {
    printError({
      message: 'This is a copy in the cache of npx, which npm may delete; no service could start it then.',
      hint: 'Run `npm install -g holdfast`, and then `holdfast service install`.',
    });
    return 1;
  }
  const step = installUnit(context);
  printSteps([step]);
  // One that a session started is not watched over: the unit's takes its place.
  const { active, supervisor } = unitStatus(context);
  if (!active || step.outcome === 'changed') await stopSidecar({ home });
  const start = await bringUp(context);
  if (start.how === 'failed') {
    printError(start);
    return 1;
  }
  console.log(
    `${paint('green', '✓')} ${supervisor} runs the sidecar: process ${start.pid} on port ${start.port}.`,
  );
  tellWhatItLacks(home, supervisor);
  return 0;
}

function tellWhatItLacks(home: HomePaths, supervisor: UnitStatus['supervisor']): void {
  try {
    findClaude(readConfig(home.config)['runs.claudePath']);
  } catch {
    console.log('! No `claude` is on the PATH of this shell, so that of the service has none either:');
    console.log('  runs could not start. Set it with `holdfast config set runs.claudePath FILE`.');
  }
  if (supervisor === 'systemd') {
    console.log(
      '· It starts with your first login. To have it start with the machine: loginctl enable-linger',
    );
  }
}

async function remove(context: Context): Promise<number> {
  const before = await whoServes(context.home);
  const step: Step = removeUnit(context);
  printSteps([step]);
  const after = await whoServes(context.home);
  if (before && !after) console.log(`✓ Stopped the sidecar (process ${before.health.pid}).`);
  console.log('· Each Claude Code session starts the sidecar where none runs.');
  return 0;
}

async function status(context: Context, json: boolean): Promise<number> {
  const unit = unitStatus(context);
  const serving = await whoServes(context.home);
  const pid = serving?.health.pid ?? null;
  const facts = {
    ...unit,
    installed: unit.fileState !== 'absent' && unit.fileState !== 'deleted',
    sidecar: pid,
  };
  if (json) printJson(facts);
  else print(facts);
  return unit.active ? 0 : 1;
}

function print({
  supervisor,
  file,
  fileState,
  problem,
  enabled,
  active,
  pid,
  installed,
  sidecar,
}: UnitStatus & {
  installed: boolean;
  sidecar: number | null;
}): void {
  const lines: [string, string][] = [
    ['service', installed ? `installed for ${supervisor}` : 'not installed: `holdfast service install`'],
  ];
  if (installed) lines.push(['unit', fileState === 'edited' ? `${file}, edited by hand` : file]);
  if (fileState === 'outdated') lines.push(['', 'written for another version or place: install it again']);
  if (problem !== null) lines.push([supervisor, paint('red', `cannot be asked: ${problem}`)]);
  else if (installed) {
    lines.push(['at login', enabled ? 'starts' : 'does not start']);
    lines.push(['now', active ? `${paint('green', 'runs')}, process ${pid}` : 'does not run']);
  }
  if (sidecar !== null && sidecar !== pid) {
    lines.push(['sidecar', `process ${sidecar}, started by a session or by hand`]);
  }
  for (const [name, value] of lines) console.log(`${name.padEnd(11)}${value}`);
}
