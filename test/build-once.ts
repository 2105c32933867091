import { execFileSync } from 'node:child_process';

/** The real processes of the tests run what is shipped: built once, before the first test. */
export default function buildOnce(): void {
  execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
}
