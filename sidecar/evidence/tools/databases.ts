import type { Verb } from '../../claims/index.ts';
import { type Invocation, optionValues } from '../bash/invocation.ts';
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
    if (/^mongo/.test(call.program)) return mongoActs(sqlOf(call).join('\n'));
    return sqlOf(call)
      .slice(0, 10)
      .flatMap((text) =>
        [...text.slice(0, 4000).matchAll(STATEMENT)]
          .slice(0, 10)
          .flatMap(([, statement = '', sort, name = '']): Act[] => {
            const word = statement.toLowerCase().split(/\s/)[0] ?? '';
            const isRows = /^(?:delete|insert|update|truncate)$/.test(word);
            const kinds = isRows
              ? ['row', 'record', 'data', 'entry', 'table', 'value', 'user', 'account']
              : [sort?.toLowerCase() ?? 'table', 'schema'];
            return (VERBS[word] ?? []).map((verb) => ({ verb, on: [name], kinds, named: true }));
          }),
      );
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
