import { hasOption, type Invocation, positionals } from '../bash/invocation.ts';
import { MIGRATION_FAILED } from './task-names.ts';
import type { Act, Tool } from './tool.ts';

const BACK = ['migration', 'schema', 'change'];
const DONE =
  /\bmigrated\b|applied|Applying|Batch \d+ run|Successfully|Running upgrade|up to date|No migrations to (?:apply|run)|OK\b|✔|✓|\bDone\b/;

/** By program: the words that apply migrations, and those that take them back. */
const MIGRATORS: Readonly<Record<string, { ups: RegExp; downs?: RegExp; makes?: RegExp }>> = {
  prisma: { ups: /^(?:migrate (?:deploy|dev|reset)|db push)/ },
  knex: { ups: /^migrate:(?:latest|up)/, downs: /^migrate:(?:rollback|down)/, makes: /^migrate:make/ },
  sequelize: {
    ups: /^db:migrate$/,
    downs: /^db:migrate:undo/,
    makes: /^(?:migration|model):(?:generate|create)/,
  },
  'sequelize-cli': { ups: /^db:migrate$/, downs: /^db:migrate:undo/, makes: /:generate|:create/ },
  typeorm: { ups: /^migration:run/, downs: /^migration:revert/, makes: /^migration:(?:generate|create)/ },
  'mikro-orm': { ups: /^migration:up/, downs: /^migration:down/, makes: /^migration:create/ },
  'drizzle-kit': { ups: /^(?:migrate|push)/, makes: /^generate/ },
  alembic: { ups: /^upgrade/, downs: /^downgrade/, makes: /^revision/ },
  'manage.py': { ups: /^migrate/, makes: /^makemigrations/ },
  'django-admin': { ups: /^migrate/, makes: /^makemigrations/ },
  flyway: { ups: /migrate/, downs: /undo/ },
  liquibase: { ups: /^update/, downs: /^rollback/ },
  goose: { ups: /(?:^|\s)up(?:\s|$|-)/, downs: /(?:^|\s)(?:down|reset)(?:\s|$|-)/, makes: /(?:^|\s)create/ },
  dbmate: { ups: /^(?:up|migrate)/, downs: /^(?:down|rollback)/, makes: /^new/ },
  migrate: { ups: /(?:^|\s)(?:up|goto)(?:\s|$)/, downs: /(?:^|\s)down(?:\s|$)/, makes: /^create/ },
  sqlx: { ups: /^migrate run/, downs: /^migrate revert/, makes: /^migrate add/ },
  diesel: { ups: /^migration run/, downs: /^migration revert/, makes: /^migration generate/ },
  'sea-orm-cli': { ups: /^migrate(?: up)?$/, downs: /^migrate down/, makes: /^migrate generate/ },
  atlas: { ups: /^(?:migrate|schema) apply/, downs: /^migrate down/, makes: /^migrate diff/ },
  artisan: {
    ups: /^migrate(?::fresh|:refresh)?$/,
    downs: /^migrate:(?:rollback|reset)/,
    makes: /^make:migration/,
  },
  console: { ups: /doctrine:migrations:migrate/, makes: /make:migration|doctrine:migrations:diff/ },
  phinx: { ups: /^migrate/, downs: /^rollback/, makes: /^create/ },
  rails: {
    ups: /^db:migrate(?!:(?:status|down|redo|reset|abort_if))(?::\w+)?(?: |$)|^db:prepare/,
    downs: /^db:(?:rollback|migrate:down)/,
    makes: /^(?:g|generate) migration/,
  },
  'node-pg-migrate': { ups: /^up/, downs: /^down/, makes: /^create/ },
  'migrate-mongo': { ups: /^up/, downs: /^down/, makes: /^create/ },
  'db-migrate': { ups: /^up/, downs: /^down/, makes: /^create/ },
  umzug: { ups: /^up/, downs: /^down/ },
  supabase: { ups: /^(?:db push|migration up)/, makes: /^migration new/, downs: /^migration down/ },
  hasura: { ups: /^migrate apply/ },
  flask: { ups: /^db upgrade/, downs: /^db downgrade/, makes: /^db (?:migrate|revision)/ },
  aerich: { ups: /^upgrade/, downs: /^downgrade/, makes: /^migrate/ },
};

/** What a migration tool's invocation does; empty where it is none of its migrating words. */
export function migrationActs(call: Invocation): Act[] {
  const tool = MIGRATORS[call.program];
  if (tool === undefined) return [];
  const words = positionals(call.args, [
    '-path',
    '-database',
    '-c',
    '--config',
    '--env',
    '-m',
    '--message',
    '-source',
    '-x',
    '-dir',
    '--settings',
    '--schema',
    '--knexfile',
    '--dir',
    '--url',
    '-n',
    '--name',
    '--database',
  ]).filter((word) => !/^-/.test(word));
  const line = words.join(' ');
  if (tool.makes?.test(line) || hasOption(call.args, '--create-only')) {
    return [
      { verb: 'create', on: ['migration', ...words], kinds: ['migration', 'file', 'revision'], named: true },
    ];
  }
  if (tool.downs?.test(line))
    return [
      { verb: 'revert', on: words, kinds: BACK, failed: MIGRATION_FAILED },
      { verb: 'migrate', undoes: true },
    ];
  if (
    !tool.ups.test(line) ||
    hasOption(call.args, '--plan', '--check', '--sql', '--fake', '--pretend', '--list')
  )
    return [];
  const [, ...rest] = words;
  const targets =
    call.program === 'manage.py' || call.program === 'django-admin'
      ? rest.filter((word) => /^[a-z]/i.test(word))
      : [];
  const pushes: Act[] = /^(?:db push|push)/.test(line)
    ? [
        {
          verb: 'push',
          on: ['schema', 'migration', 'database'],
          kinds: ['schema', 'migration'],
          named: true,
          needsWord: true,
        },
      ]
    : [];
  return [
    ...pushes,
    {
      verb: 'migrate',
      on: [...targets, ...(targets.length > 0 ? [] : words)],
      ...(targets.length > 0 ? { named: true } : {}),
      failed: MIGRATION_FAILED,
      done: DONE,
    },
  ];
}

export const migrators: Tool = {
  names: Object.keys(MIGRATORS).filter(
    (name) => !/^(?:supabase|manage\.py|django-admin|rails|artisan|console|flask)$/.test(name),
  ),
  idle: ['status', '-dryRunOutput'],
  failed: MIGRATION_FAILED,
  read(call) {
    const acts = migrationActs(call);
    if (acts.length > 0 || call.program !== 'prisma' || call.args[0] !== 'generate') return acts;
    const client: Act = {
      verb: 'create',
      on: ['prisma', 'client'],
      kinds: ['client', 'type', 'code', 'schema'],
      named: true,
      needsWord: true,
    };
    return { acts: [client, { ...client, verb: 'update' }], changesCode: false };
  },
};
