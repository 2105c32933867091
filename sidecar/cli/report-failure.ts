import { errorEnvelope, exitCodeOf, HoldfastError, messageOf } from '../errors/index.ts';

/** How a command line that failed ends: its error in words, or in the envelope for `--json`, and its exit code. */
export function reportFailure(error: unknown, argv: string[]): void {
  process.exitCode = exitCodeOf(error instanceof HoldfastError ? error : {});
  if (argv.includes('--json') && error instanceof HoldfastError) {
    console.log(JSON.stringify(errorEnvelope(error), null, 2));
  } else printError(error instanceof HoldfastError ? error : { message: messageOf(error) });
}

export function printError({ message, hint }: { message: string; hint?: string }): void {
  console.error(`holdfast: ${message}${hint ? `\n  → ${hint}` : ''}`);
}

/** `holdfast events | head` closes the pipe: the reader has what it wanted. */
export function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
