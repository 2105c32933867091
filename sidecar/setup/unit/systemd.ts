import { join } from 'node:path';
import { fillTemplate } from './fill-template.ts';
import { mustSucceed } from './must-succeed.ts';
import type { Run, Supervisor } from './supervisor.ts';

/** The systemd of this user: it begins with the first login, and with lingering at boot. */
export function systemd({ name, run, folder }: { name: string; run: Run; folder: string }): Supervisor {
  const unit = `${name}.service`;
  const ask = (...args: string[]) => run('systemctl', ['--user', ...args]);
  const must = (...args: string[]) => mustSucceed(run, 'systemctl', ['--user', ...args]);
  return {
    name: 'systemd',
    file: join(folder, unit),
    problem: () => {
      const { code, stderr } = ask('show-environment');
      if (code === 0) return null;
      return stderr.trim().split('\n')[0] || `systemctl ended with ${code}`;
    },
    render: ({ node, cli, ...environment }) =>
      fillTemplate('holdfast.service', {
        node: argument(node),
        cli: argument(cli),
        ...Object.fromEntries(
          Object.entries(environment).map(([key, value]) => [key, quoted(`${key}=${value}`)]),
        ),
      }),
    enable: () => {
      must('daemon-reload');
      must('enable', unit);
    },
    disable: () => {
      ask('disable', '--now', unit);
    },
    reread: () => {
      ask('daemon-reload');
    },
    start: () => {
      ask('reset-failed', unit); // Else it stays down after it has failed a few times.
      must('daemon-reload');
      must('start', unit);
    },
    stop: () => must('stop', unit),
    state: () => {
      const { stdout } = ask('show', unit, '--property=UnitFileState,ActiveState,MainPID');
      const facts = new Map(stdout.split('\n').map((line) => line.split('=', 2) as [string, string]));
      const pid = Number(facts.get('MainPID') ?? 0);
      return {
        enabled: facts.get('UnitFileState') === 'enabled',
        active: ['active', 'activating', 'reloading'].includes(facts.get('ActiveState') ?? ''),
        pid: pid > 0 ? pid : null,
      };
    },
  };
}

/** One word of a unit file: quoted, and without what systemd would put in the place of a `%`. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`;
}

/** In a command line it also puts variables in. */
function argument(text: string): string {
  return quoted(text).replaceAll('$', '$$$$');
}
