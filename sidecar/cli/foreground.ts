import { findContext } from './context.ts';
import { leaveQuietly, reportFailure } from './report-failure.ts';
import { run } from './start.ts';

/** `start --foreground`, with options that index.ts has read. */
export async function main(argv: string[]): Promise<void> {
  process.stdout.on('error', leaveQuietly);
  try {
    process.exitCode = await run({ foreground: true, recover: argv.includes('--recover') }, findContext());
  } catch (error) {
    reportFailure(error, argv);
  }
}
