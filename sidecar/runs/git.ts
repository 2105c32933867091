import { HoldfastError, systemCode } from '../errors/index.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';

export type GitOptions = { limitMs?: number; stop?: AbortSignal | undefined };
export type Git = (directory: string, args: string[], options?: GitOptions) => Promise<ProgramEnd>;

const READ_MS = 20_000;
const KEEP_BYTES = 1024 * 1024;

/**
 * Git without a shell and without anything that could wait for a person or run a program of the
 * repository's: no hooks, no monitor, no prompt, no editor, no lock for a read.
 */
const CALM = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'gc.auto=0'];

/** What a sidecar was started with inside a hook of git must not lead it to another repository. */
const FOREIGN = /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|PREFIX|CEILING_.*)$/;

export const git: Git = async (directory, args, { limitMs = READ_MS, stop } = {}) => {
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_EDITOR: ':',
    GIT_ASKPASS: ':',
  };
  try {
    return await runProgram('git', ['-C', directory, ...CALM, ...args], {
      env,
      limitMs,
      ...(stop && { stop }),
      keepBytes: KEEP_BYTES,
    });
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw new HoldfastError(
      'GIT_BINARY_NOT_FOUND',
      'There is no `git` on the PATH of the sidecar.',
      'Install git, or use a run in place (`--in-place`) outside a repository.',
      { cause },
    );
  }
};

/** The one line that a command prints; null where it fails. */
export async function gitLine(run: Git, directory: string, args: string[]): Promise<string | null> {
  const { code, stdout } = await run(directory, args);
  return code === 0 ? stdout.trim() : null;
}
