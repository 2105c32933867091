import type { ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { killTree } from './process-tree.ts';

/** For a test that fails half-way; one that ended by itself is left alone, for its pid may be another's. */
export function endAfterTest(child: ChildProcess): void {
  onTestFinished(() => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killTree(child.pid);
  });
}
