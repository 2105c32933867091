import { join } from 'node:path';
import { HoldfastError } from '../errors/index.ts';

/** Where everything of one user lies. Names here are promises: people and hooks look for them. */
export type HomePaths = ReturnType<typeof homePaths>;

export function homePaths(root: string) {
  return {
    root,
    config: join(root, 'config.json'),
    database: join(root, 'holdfast.db'),
    /** One line, `PORT TOKEN`: all that a hook needs. */
    endpoint: join(root, 'endpoint'),
    /** Two lines, absolute paths of node and of the command line: what SessionStart starts. */
    launch: join(root, 'launch'),
    /** For people and `doctor`: pid, process start, version, port. */
    sidecar: join(root, 'sidecar.json'),
    state: join(root, 'state'),
    instanceLock: join(root, 'state', 'instance.lock'),
    /** One line on why the last start failed; removed by a start that serves. */
    notRunning: join(root, 'state', 'not-running'),
    /** Which machine's resume queue drains this home. */
    hostLock: join(root, 'state', 'resume-queue.lock'),
    /** While it exists, sessions do not start the sidecar (`stop --hold`). */
    hold: join(root, 'state', 'hold'),
    /** What `init` wrote into which settings file, so that `uninstall` can take it back exactly. */
    installs: join(root, 'state', 'installs.json'),
    /** What the board's cookies are signed with. */
    boardKey: join(root, 'state', 'board.key'),
    /** The switches that were ever set for the person: one that they took out of the config stays out. */
    switches: join(root, 'state', 'switches.json'),
    /** There since the first session of the plugin. */
    plugin: join(root, 'state', 'plugin'),
    /** Which unit of the service manager is ours, and what we wrote into it. */
    unit: join(root, 'state', 'unit.json'),
    /** Which hooks were silent where they had to tell, and up to when that was looked at. */
    hookLife: join(root, 'state', 'hook-life.json'),
    /** One line, `PID PROMISES GUARDS QUEUE`: all that the status line reads. */
    statusLine: join(root, 'state', 'status-line'),
    spool: join(root, 'spool'),
    rejected: join(root, 'spool', 'rejected'),
    overflow: join(root, 'spool', 'overflow'),
    hooks: join(root, 'hooks'),
    /** The runs' worktrees, unless `runs.worktrees` names another folder. */
    worktrees: join(root, 'worktrees'),
    backups: join(root, 'backups'),
    /** Of each turn its stream, its standard error, and while it lives what it was started with. */
    turns: join(root, 'turns'),
    logs: join(root, 'logs'),
  };
}

/** `$HOLDFAST_HOME`, else `~/.holdfast`. */
export function findHome(env: NodeJS.ProcessEnv = process.env): HomePaths {
  if (env.HOLDFAST_HOME) return homePaths(env.HOLDFAST_HOME);
  if (env.HOME) return homePaths(join(env.HOME, '.holdfast'));
  throw new HoldfastError(
    'HOME_UNKNOWN',
    'Neither HOLDFAST_HOME nor HOME is set, so there is no place for the ledger.',
    'Set HOLDFAST_HOME to a directory on a local disk.',
  );
}
