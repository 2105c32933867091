import { HoldfastError } from '../../errors/index.ts';
import type { Run } from './supervisor.ts';

/** A command of systemd or launchd that has to work; what it said is the reason where it did not. */
export function mustSucceed(run: Run, program: string, args: string[]): void {
  const { code, stderr } = run(program, args);
  if (code === 0) return;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  throw new HoldfastError(
    'UNIT_FAILED',
    `\`${program} ${args.join(' ')}\` failed: ${said === '' ? `it ended with ${code}` : said}`,
    'Look at `holdfast service status`, and try again.',
  );
}
