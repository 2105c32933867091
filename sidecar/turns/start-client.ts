import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { bootId, isClientVariable, TURN_MARK } from '../machine/index.ts';
import type { TurnRequest } from './turn.ts';
import type { TurnFiles } from './turn-files.ts';

/** Stands before what the shell itself says: the client never came to be. */
export const WRAPPER = 'holdfast-turn';

/**
 * Writes down who it is, asks whether it may, and becomes the client: `exec` keeps pid and start time. Without
 * the fork of a single program where there is /proc. A full disk ends it before the client is there.
 */
const SCRIPT = `base=$1 boot=$2 mask=$3
shift 3
umask 077
if [ -r /proc/self/stat ]; then IFS= read -r start </proc/$$/stat; else start=$(LC_ALL=C ps -o lstart= -p $$); fi
printf '%s\\n%s\\n%s\\n' "$$" "$boot" "$start" >"$base.pid" || exit 75
set -C
{ printf '' >"$base.claim"; } 2>/dev/null || exit 75
set +C
umask "$mask"
exec "$@"`;

export type StartOptions = {
  id: string;
  request: TurnRequest;
  files: TurnFiles;
  home: string;
  /** For the files that the client makes: the person's own. */
  umask: number;
  environment: NodeJS.ProcessEnv;
};

/** The process of a turn, in a session and group of its own: it outlives whoever started it. */
export function startClient({ id, request, files, home, umask, environment }: StartOptions): ChildProcess {
  const opened: number[] = [];
  try {
    opened.push(openSync(files.prompt, 'r'));
    // Appending: whatever else still holds the file cannot write over what is there.
    opened.push(openSync(files.stream, 'a', 0o600), openSync(files.errors, 'a', 0o600));
    const wrapper = ['-c', SCRIPT, WRAPPER, files.base, bootId() ?? '', umask.toString(8)];
    const child = spawn('/bin/sh', [...wrapper, request.claude, ...clientArguments(request, files)], {
      cwd: request.directory,
      env: clientEnvironment(environment, home, id),
      detached: true,
      stdio: opened,
    });
    child.unref();
    return child;
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

function clientArguments(request: TurnRequest, { settings }: TurnFiles): string[] {
  const { resume, sessionId, permissionMode, model } = request;
  return [
    ...['-p', '--output-format', 'stream-json', '--verbose'],
    ...(resume ? ['--resume', sessionId] : ['--session-id', sessionId]),
    ...['--permission-mode', permissionMode],
    ...(model === null ? [] : ['--model', model]),
    ...['--settings', settings],
  ];
}

function clientEnvironment(environment: NodeJS.ProcessEnv, home: string, id: string): NodeJS.ProcessEnv {
  const own = Object.entries(environment).filter(([name]) => !isClientVariable(name));
  return { ...Object.fromEntries(own), HOLDFAST_HOME: home, [TURN_MARK]: id };
}
