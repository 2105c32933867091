import { isSameProcess, type ProcessIdentity } from '../machine/index.ts';
import { endGroup, type ProgramEnd, runProgram } from './run-program.ts';

export type CommandOptions = {
  directory: string;
  /** 0: no limit. */
  limitMs: number;
  stop: AbortSignal;
  /** Writes down whose process it is, before the command's first instruction. */
  begun: (identity: ProcessIdentity) => void;
};

/**
 * The shell waits for a line before it becomes the command. So a sidecar that is killed between the start
 * of the process and the note of who it is leaves nothing: no line comes, and the shell goes away.
 */
const GATED = 'read -r _ || exit 125; exec /bin/sh -c "$1" </dev/null';

/** Runs a command line of the person's: `--setup` or `--until`. */
export function runCommand(command: string, options: CommandOptions): Promise<ProgramEnd> {
  const { directory, limitMs, stop, begun } = options;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  return runProgram('/bin/sh', ['-c', GATED, 'holdfast', command], {
    cwd: directory,
    env,
    limitMs,
    stop,
    begun,
    firstLine: 'go\n',
  });
}

/** Ends a command that an earlier sidecar began. Only the very process: a recycled pid is somebody else's. */
export function endCommand(command: ProcessIdentity): void {
  if (isSameProcess(command) === true) endGroup(command.pid);
}
