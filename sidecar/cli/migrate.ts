import { messageOf } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { VERSION } from '../machine/index.ts';
import { whoServes } from '../server/index.ts';
import {
  type MigrationReport,
  migrationSteps,
  notesBetween,
  planMigration,
  type UpgradeNote,
} from '../setup/index.ts';
import { peekLedger } from '../store/index.ts';
import { callApi } from './api.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './main.ts';
import { plain, printJson } from './print.ts';
import { printSteps } from './print-steps.ts';
import { printError } from './report-failure.ts';

type Options = { dryRun?: boolean; json?: boolean };

export async function run({ dryRun = false, json = false }: Options, context: Context) {
  const { home, launch } = context;
  if (!dryRun) {
    // An older sidecar is taken over, and the one that serves then is the one that writes.
    const start = await bringUp(context);
    if (start.how === 'failed') {
      printError(start);
      return 1;
    }
  }
  const report = dryRun ? await look(home, launch) : await callApi<MigrationReport>(home, '/migrate', {});
  const notes = notesBetween(report.from, report.version);
  if (json) printJson({ ...report, notes });
  else show(report, notes);
  return report.ok ? 0 : 1;
}

/** In this process, which has the new bytes; whoever serves may still be the older version. */
async function look(home: HomePaths, launch: Context['launch']): Promise<MigrationReport> {
  const serving = await whoServes(home);
  const { from, schema } = serving ? await askWhere(home, serving.health.version) : peek(home);
  const steps = migrationSteps({
    ...{ home, launch, version: VERSION, byHand: true },
    schema: schema === null ? null : { last: schema, applied: [] },
  });
  return planMigration(steps, { version: VERSION, from });
}

type Where = { from: string | null; schema: number | null };

async function askWhere(home: HomePaths, serving: string): Promise<Where> {
  if (serving !== VERSION) return { from: serving, schema: null };
  const { from, schema } = await callApi<{ from: string | null; schema: number }>(home, '/migrate');
  return { from, schema };
}

function peek(home: HomePaths): Where {
  try {
    const peeked = peekLedger(home);
    return {
      from: peeked && peeked.version !== VERSION ? peeked.version : null,
      schema: peeked?.schema ?? null,
    };
  } catch (error) {
    console.error(`! The ledger could not be looked at: ${plain(messageOf(error))}`);
    return { from: null, schema: null };
  }
}

function show({ version, from, dryRun, ok, changed, steps }: MigrationReport, notes: UpgradeNote[]): void {
  const diff = steps.map((step) => step.diff ?? '').join('');
  // Other people's files: what stands in them is shown and never obeyed.
  if (dryRun && diff) console.log(diff.split('\n').map(plain).join('\n'));
  printSteps(
    steps.map(({ problem, says, ...step }) => ({ ...step, says: plain(says), hint: problem?.hint })),
  );
  for (const { text } of notes) console.log(`\n${text}`);
  const path = from === null || from === version ? version : `${from} → ${version}`;
  if (dryRun) console.log(`\nNothing was written: this was a dry run (${path}).`);
  else if (!ok) console.log(`\n${path}: what failed is tried again at the next start.`);
  else console.log(`\n${path}: ${changed ? 'everything is up to date now.' : 'everything was up to date.'}`);
}
