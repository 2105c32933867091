import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { sync as writeFileAtomic } from 'write-file-atomic';
import {
  audit,
  auditPage,
  judgement,
  ledgerJudges,
  parseSince,
  type Report,
  share,
  skippedInWords,
  spanInWords,
  speedInWords,
  transcriptFolder,
} from '../audit/index.ts';
import { HoldfastError, messageOf } from '../errors/index.ts';
import { readConfig } from '../home/index.ts';
import { maskText } from '../intake/index.ts';
import { VERSION } from '../machine/index.ts';
import { progressLine } from './audit-progress.ts';
import type { Context } from './main.ts';
import { ago, paint, plain, printJson, printTable } from './print.ts';

type Options = { paths: string[]; since?: string; project?: string; json?: boolean; html?: string };

/** Needs no sidecar and writes nothing into the home: it judges the past over a ledger that it throws away. */
export async function run(options: Options, { home }: Context): Promise<number> {
  const { paths, since, project, json = false, html } = options;
  const now = new Date();
  const config = readConfig(home.config);
  const mask = config['privacy.redact'] ? maskText : (text: string) => text;
  const from = since === undefined ? null : parseSince(since, now);
  const page = html === undefined ? null : writablePage(html);
  const named = paths.length > 0;
  const places = named ? paths : [transcriptFolder()];
  const line = progressLine(process.stderr);
  const report = audit({
    places,
    named,
    since: from,
    project: project === undefined ? null : resolve(project),
    openJudge: ledgerJudges({
      perTopicCap: config['messaging.actionClaim.perTopicCap'],
      expiresHours: config['messaging.actionClaim.expiresHours'],
      mask,
    }),
    mask,
    progress: line.show,
  });
  line.clear();

  if (page !== null) writePage(page, auditPage(report, { version: VERSION, madeAt: now }));
  if (json) printJson(report);
  else show(report, { places, page });
  return 0;
}

/** Asked for before anything is read: gigabytes later would be late to hear that there is no such folder. */
function writablePage(html: string): string {
  const file = resolve(html);
  try {
    accessSync(dirname(file), constants.W_OK);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
  } catch (cause) {
    throw unwritable(file, cause);
  }
  return file;
}

function writePage(file: string, page: string): void {
  try {
    writeFileAtomic(file, page);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): HoldfastError {
  const hint = 'Name a file in a folder that is there: --html report.html.';
  return new HoldfastError('BAD_INPUT', `html: ${file} cannot be written: ${messageOf(cause)}.`, hint, {
    cause,
  });
}

function show(report: Report, { places, page }: { places: string[]; page: string | null }): void {
  const { promises, claims, worst } = report;
  if (report.read.files === 0) console.log(`No transcript in ${places.map(plain).join(', ')}.`);
  else {
    console.log(`${paint('bold', 'How the agent kept its word')}: ${spanInWords(report)}.\n`);
    const taken: [string, number][] = promises.withdrawn > 0 ? [['taken back', promises.withdrawn]] : [];
    figures('promises', promises.total, [
      ['kept', promises.kept],
      ['tried, not kept', promises.attempted],
      ['dropped', promises.dropped],
      ...taken,
    ]);
    figures('said to be done', claims.total, [
      ['backed by a tool call', claims.backed],
      ['contradicted by one', claims.contradicted],
      ['nothing behind them', claims.unbacked],
    ]);
    if (worst.length > 0) showWorst(worst);
  }
  console.log(paint('dim', `${speedInWords(report)}.`));
  for (const sentence of skippedInWords(report)) console.log(paint('dim', `${plain(sentence)}.`));
  if (page !== null) console.log(`The page: ${page}`);
}

function figures(title: string, total: number, rows: [string, number][]): void {
  printTable(
    [title, String(total), ''],
    rows.map(([name, count]) => [name, String(count), share(count, total)]),
  );
  console.log('');
}

function showWorst(worst: Report['worst']): void {
  console.log(paint('bold', worst.length === 1 ? 'The worst' : `The ${worst.length} worst`));
  for (const one of worst) {
    const { date, project, sentence, tried } = one;
    console.log(`  ${paint('red', judgement(one))}`);
    console.log(`    “${plain(sentence)}”`);
    if (tried !== null) console.log(paint('dim', `    ${plain(tried)}`));
    console.log(paint('dim', `    ${date.slice(0, 10)}, ${ago(date)}, ${plain(basename(project))}`));
  }
  console.log('');
}
