import type { Verb } from '../../claims/index.ts';
import { type Invocation, optionValues } from '../bash/invocation.ts';
import { fileKindsOf } from '../matching/files.ts';
import type { Act, Tool } from './tool.ts';

const FAILED =
  /^(?:psql:[^\n]*)?\s*(?:ERROR|FATAL|Error|Parse error)\b|ERROR \d{4}|no such table|^Mongo\w*Error/m;
const STATEMENT =
  /\b(drop|create|alter|delete\s+from|truncate|insert\s+into|update)\s+(?:(table|index|database|schema|view|column|user|role|type|materialized\s+view|unique\s+index|extension|function)\s+)?(?:if\s+(?:not\s+)?exists\s+|only\s+|concurrently\s+)*["'`]?([\w.]+)/gi;

const VERBS: Readonly<Record<string, readonly Verb[]>> = {
  drop: ['remove'],
  truncate: ['remove'],
  delete: ['remove'],
  create: ['create'],
  insert: ['create', 'update'],
  alter: ['update', 'migrate'],
  update: ['update'],
};

/** SQL on the command line or in a here-document. In a file it is not seen, and proves no more than that it ran. */
export const databases: Tool = {
  names: [
    'psql',
    'mysql',
    'mariadb',
    'sqlite3',
    'sqlcmd',
    'clickhouse-client',
    'duckdb',
    'bq',
    'cockroach',
    'turso',
    'mongosh',
    'mongo',
  ],
  failed: FAILED,
  read(call) {
    if (call.program === 'bq') {
      const removed = bigQueryRemoval(call);
      if (removed.length > 0) return removed;
    }
    if (/^mongo/.test(call.program)) return mongoActs(sqlOf(call).join('\n'));
    return [...sqlOf(call).slice(0, 10).flatMap(statementActs), ...scriptsOf(call)];
  },
};

/** `db.tmp_scores.drop()`. */
function mongoActs(text: string): Act[] {
  return [
    ...text
      .slice(0, 4000)
      .matchAll(
        /db\.(?:getCollection\(["'])?([\w-]+)(?:["']\))?\.(drop|delete|remove|insert|update|create|rename)/g,
      ),
  ]
    .slice(0, 10)
    .flatMap(([, name = '', step = '']) => {
      const kinds =
        step === 'drop'
          ? ['collection', 'table', 'data']
          : ['document', 'record', 'row', 'data', 'entry', 'collection', 'index'];
      return (VERBS[step === 'remove' ? 'delete' : step === 'rename' ? 'update' : step] ?? []).map(
        (verb): Act => ({ verb, on: [name], kinds, named: true }),
      );
    });
}

function sqlOf({ args, stdin }: Invocation): string[] {
  const given = optionValues(args, '-c', '--command', '-e', '--execute', '-q', '--query', '--eval');
  const loose = args.filter((word) => /\s/.test(word) && !given.includes(word));
  return [...given, ...loose, ...(stdin === '' ? [] : [stdin])];
}

/** `CREATE INDEX idx ON orders`. */
const onTable = (text: string): string[] =>
  [...text.slice(0, 4000).matchAll(/\bon\s+(?:only\s+)?["'`]?([\w.]+)/gi)]
    .slice(0, 5)
    .map(([, table]) => table ?? '');

/** `psql -f migrations/004_zones.sql`: which statements it holds is not seen, but that it was run. */
function scriptsOf({ args, program }: Invocation): Act[] {
  const files = [
    ...optionValues(args, '-f', '--file'),
    ...args.filter((word) => /^(?:\.read|source|\\i) /.test(word)).map((word) => word.split(' ')[1] ?? ''),
  ].filter((file) => /\.sql$/.test(file));
  if (files.length === 0) return [];
  return [
    {
      verb: 'run',
      on: [...files, program],
      kinds: ['script', 'sql', 'query', ...files.flatMap(fileKindsOf)],
      named: true,
    },
  ];
}

function bigQueryRemoval({ args }: Invocation): Act[] {
  const [sub = '', ...on] = args.filter((word) => !word.startsWith('-'));
  const makes = sub === 'mk' ? 'create' : sub === 'rm' ? 'remove' : undefined;
  return makes === undefined ? [] : [{ verb: makes, on, kinds: ['table', 'dataset', 'view'], named: true }];
}

const DUMPS = ['dump', 'backup', 'export', 'snapshot', 'file', 'copy'];

/** pg_dump and its like write a copy; pg_restore writes one back. */
export const databaseCopies: Tool = {
  names: ['pg_dump', 'pg_dumpall', 'mysqldump', 'mongodump', 'pg_basebackup', 'restic', 'borg'],
  failed: /^\S*(?:pg_dump|mysqldump|mongodump)\S*: (?:error|fatal)|Got error|^Fatal/im,
  read(call) {
    const files = optionValues(call.args, '-f', '--file', '-o', '--out', '--archive', '-r', '--result-file');
    const rest = call.args.filter((word) => !word.startsWith('-'));
    if (/^(?:restic|borg)$/.test(call.program) && !/^(?:backup|create)$/.test(rest[0] ?? '')) return [];
    return [
      { verb: 'create', on: [...files, ...rest, ...call.writes, 'database'], kinds: DUMPS, named: true },
    ];
  },
};

/** What the statements of an SQL text do. */
export function statementActs(text: string): Act[] {
  return [...text.slice(0, 4000).matchAll(STATEMENT)]
    .slice(0, 10)
    .flatMap(([, statement = '', sort, name = '']): Act[] => {
      const word = statement.toLowerCase().split(/\s/)[0] ?? '';
      const isRows = /^(?:delete|insert|update|truncate)$/.test(word);
      const kinds = isRows
        ? ['row', 'record', 'data', 'entry', 'table', 'value']
        : [sort?.toLowerCase() ?? 'table', 'schema'];
      const on = [name, ...(isRows ? (text.match(/[A-Za-z_]\w+/g) ?? []).slice(0, 20) : onTable(text))];
      return (VERBS[word] ?? []).map((verb) => ({ verb, on, kinds, named: true }));
    });
}
