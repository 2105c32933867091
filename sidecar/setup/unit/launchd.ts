import { join } from 'node:path';
import { fillTemplate } from './fill-template.ts';
import { mustSucceed } from './must-succeed.ts';
import type { Run, Supervisor } from './supervisor.ts';

/** The agent of this user, in the session of its screen: it begins with the login. */
export function launchd(options: { name: string; run: Run; home: string; uid: number }): Supervisor {
  const { name, run, home, uid } = options;
  const file = join(home, 'Library', 'LaunchAgents', `${name}.plist`);
  const domain = `gui/${uid}`;
  const agent = `${domain}/${name}`;
  const isLoaded = () => run('launchctl', ['print', agent]).code === 0;
  function load(): void {
    if (!isLoaded()) mustSucceed(run, 'launchctl', ['bootstrap', domain, file]);
  }
  function unload(): void {
    if (isLoaded()) mustSucceed(run, 'launchctl', ['bootout', agent]);
  }
  return {
    name: 'launchd',
    file,
    problem: () => {
      const { code, stderr } = run('launchctl', ['print', domain]);
      return code === 0 ? null : stderr.trim().split('\n')[0] || `launchctl ended with ${code}`;
    },
    render: (facts) => fillTemplate('holdfast.plist', { label: name, ...facts }, xml),
    enable: () => {
      unload(); // What is loaded is the file as it was.
      load();
    },
    disable: unload,
    reread: () => {}, // It knows an agent by what was loaded, and takes it anew with the next login.
    start: () => {
      load();
      mustSucceed(run, 'launchctl', ['kickstart', agent]);
    },
    // A signal alone would not do: an agent that had to be killed is started again.
    stop: unload,
    state: () => {
      const { code, stdout } = run('launchctl', ['print', agent]);
      const pid = Number(/^\s*pid = (\d+)/m.exec(stdout)?.[1] ?? 0);
      return { enabled: code === 0, active: pid > 0, pid: pid > 0 ? pid : null };
    },
  };
}

function xml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign);
}
