import { hasOption, type Invocation, optionValues, positionals } from '../bash/invocation.ts';
import { testRun } from './task-names.ts';
import type { Act, Tool } from './tool.ts';

const SELECTS = ['--select', '-s', '--models', '-m', '--selector'];
const FAILED =
  /\bERROR=[1-9]|Completed with [1-9]\d* errors?|^(?:Traceback|ERROR|Error)\b|Encountered an error/m;
const DONE = /\bERROR=0\b|Completed successfully/;

/** dbt: models are run, and tests are run against them. */
export const dbt: Tool = {
  names: ['dbt', 'dbtf'],
  idle: ['compile', 'parse', 'debug', 'ls', 'list', 'show', '--empty'],
  failed: FAILED,
  done: DONE,
  read({ args }) {
    const [sub = ''] = positionals(args, [...SELECTS, '--target', '-t', '--profiles-dir', '--vars']);
    const on = optionValues(args, ...SELECTS);
    const ran = (kinds: readonly string[]): Act => ({
      verb: 'run',
      on: ['dbt', sub, ...on],
      kinds: ['dbt', ...kinds],
      named: true,
      failed: FAILED,
      done: DONE,
    });
    const models = ran(['model', 'transformation', 'mart', 'job', 'pipeline', 'staging']);
    const tests: Act = { ...testRun(on, ['dbt', 'data', 'schema']), failed: FAILED, done: DONE };
    if (sub === 'run') return [models, { ...models, verb: 'build', needsWord: true }];
    if (sub === 'build') return [models, { ...models, verb: 'build' }, tests];
    if (sub === 'test') return [tests];
    if (sub === 'seed') return [ran(['seed', 'data'])];
    if (sub === 'snapshot') return [ran(['snapshot'])];
    if (sub === 'deps') return [{ verb: 'install', on: ['dependencies', 'packages'], named: true }];
    return sub === 'docs' ? [{ verb: 'build', on: ['docs'], kinds: ['doc', 'site'], named: true }] : [];
  },
};

/** By program: the words with which a job is run, and what people call it. */
const JOBS: Readonly<Record<string, { runs: RegExp; kinds: readonly string[] }>> = {
  airflow: {
    runs: /^(?:dags (?:trigger|backfill|test)|tasks (?:run|test)|backfill create)/,
    kinds: ['dag', 'task', 'pipeline', 'backfill', 'workflow'],
  },
  'spark-submit': { runs: /^/, kinds: ['spark', 'job', 'application'] },
  papermill: { runs: /^/, kinds: ['notebook'] },
  dvc: { runs: /^(?:repro|exp run)/, kinds: ['pipeline', 'stage', 'experiment', 'dvc'] },
  snakemake: { runs: /^/, kinds: ['pipeline', 'workflow'] },
  nextflow: { runs: /^run/, kinds: ['pipeline', 'workflow'] },
  kedro: { runs: /^run/, kinds: ['pipeline'] },
  prefect: { runs: /^deployment run/, kinds: ['flow', 'deployment', 'pipeline'] },
  dagster: { runs: /^(?:job (?:execute|launch)|asset materialize)/, kinds: ['job', 'asset', 'pipeline'] },
  mlflow: { runs: /^run/, kinds: ['experiment', 'project', 'training'] },
  torchrun: { runs: /^/, kinds: ['training', 'job'] },
  accelerate: { runs: /^launch/, kinds: ['training', 'job'] },
  meltano: { runs: /^run|^elt/, kinds: ['pipeline', 'sync'] },
  ansible: { runs: /^/, kinds: ['ad-hoc', 'command'] },
};

export const dataJobs: Tool = {
  names: Object.keys(JOBS),
  idle: ['--status', '-n', 'list'],
  failed: /^(?:Traceback|ERROR|Error)\b|Exception in thread|PapermillExecutionError/m,
  read(call) {
    const words = positionals(call.args, ['-f', '--file', '-c', '--config', '-m', '-n', '--name']);
    const job = JOBS[call.program];
    if (job?.runs.test(words.join(' ')))
      return [
        {
          verb: 'run',
          on: [call.program, ...words, ...optionValues(call.args, '-n', '--name')],
          kinds: job.kinds,
          named: true,
        },
      ];
    return ofOther(call, words);
  },
};

function ofOther({ program, args }: Invocation, [sub = '', ...rest]: readonly string[]): Act[] {
  if (program === 'dvc' && sub === 'push')
    return [
      {
        verb: 'push',
        on: ['data', ...rest],
        kinds: ['dataset', 'data', 'model'],
        named: true,
        needsWord: true,
      },
    ];
  if (/^(?:ui|server|webserver|scheduler|standalone|dev|worker|start)$/.test(sub))
    return [
      {
        verb: 'start',
        on: [program, sub, ...rest],
        kinds: ['server', 'ui', 'scheduler', 'service'],
        named: true,
      },
    ];
  return program === 'airflow' &&
    sub === 'db' &&
    /^(?:migrate|upgrade|init)$/.test(rest[0] ?? '') &&
    !hasOption(args, '--show-sql-only')
    ? [{ verb: 'migrate', on: ['airflow', 'database'] }]
    : [];
}
