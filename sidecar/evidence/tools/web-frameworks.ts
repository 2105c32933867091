import { positionals } from '../bash/invocation.ts';
import { migrationActs } from './migrations.ts';
import { testRun } from './task-names.ts';
import { narrowedBy } from './test-runners.ts';
import type { Tool } from './tool.ts';

/** Django, Rails, Laravel, Symfony, Flask: one program migrates, tests, serves and generates. */
export const webFrameworks: Tool = {
  names: ['manage.py', 'django-admin', 'rails', 'artisan', 'console', 'flask'],
  failed: /^(?:Traceback|[\w.]+Error\b|rails aborted!|In \w+\.php line)/m,
  read(call) {
    const migrated = migrationActs(call);
    if (migrated.length > 0) return migrated;
    const [sub = '', ...rest] = positionals(call.args, ['-p', '-b', '-e', '--settings', '--host', '--port']);
    if (/^(?:runserver|server|s|serve|run)$/.test(sub))
      return [
        {
          verb: 'start',
          on: [call.program, sub, ...rest],
          kinds: ['dev', 'server', 'app', 'backend', 'api'],
        },
      ];
    if (/^(?:test|spec)(?::|$)/.test(sub))
      return [
        testRun(narrowedBy({ ...call, args: call.args.slice(1) }), [
          'backend',
          call.program === 'rails' ? 'ruby' : call.program === 'artisan' ? 'php' : 'python',
          sub,
        ]),
      ];
    if (/^(?:queue:restart|horizon:terminate|octane:reload)$/.test(sub))
      return [{ verb: 'restart', on: ['queue', 'workers', sub], kinds: ['worker', 'queue'] }];
    if (/^(?:db:seed|seed|loaddata)/.test(sub)) return [];
    if (/^(?:g|generate|startapp|createsuperuser)$|^make:/.test(sub))
      return {
        acts: [
          {
            verb: 'create',
            on: [sub, ...rest, ...(sub === 'createsuperuser' ? ['superuser', 'admin'] : [])],
            named: true,
          },
        ],
        changesCode: sub !== 'createsuperuser',
      };
    if (/^(?:d|destroy)$/.test(sub))
      return { acts: [{ verb: 'remove', on: rest, named: true }], changesCode: true };
    if (/^(?:cache:clear|clear-cache|config:clear|optimize:clear|tmp:clear|tmp:cache:clear)$/.test(sub))
      return [{ verb: 'remove', on: ['cache'], kinds: ['cache'] }];
    if (/^(?:assets:precompile|collectstatic)$/.test(sub))
      return [{ verb: 'build', on: ['assets'], kinds: ['asset', 'frontend', 'static'] }];
    // A command of the project's own, by its name.
    return /^[a-z][\w:-]*$/.test(sub) &&
      !/status|list|show|check|about|routes|version|shell|console/.test(sub)
      ? [{ verb: 'run', on: [sub, ...rest], kinds: ['command', 'management', 'task', 'job'], named: true }]
      : [];
  },
};
