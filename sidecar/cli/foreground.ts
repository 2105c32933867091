import { existsSync } from 'node:fs';
import { UNIT_MARK } from '../machine/index.ts';
import { findContext } from './context.ts';
import { leaveQuietly, reportFailure } from './report-failure.ts';
import { run } from './start.ts';

/** `start --foreground`, with options that index.ts has read. */
export async function main(argv: string[]): Promise<void> {
  process.stdout.on('error', leaveQuietly);
  try {
    const context = findContext();
    // At the next login the service manager starts it, and knows nothing of `stop --hold`.
    if (process.env[UNIT_MARK] && existsSync(context.home.hold)) {
      console.log('Held down by `holdfast stop --hold`, until `holdfast start`.');
      return;
    }
    process.exitCode = await run({ foreground: true, recover: argv.includes('--recover') }, context);
  } catch (error) {
    reportFailure(error, argv);
  }
}
