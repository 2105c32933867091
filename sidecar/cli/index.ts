#!/usr/bin/env node
// The first lines that run, on whatever Node there is: nothing here may load what that Node cannot bear.
import { nodeProblem, rememberProblem } from './node-problem.ts';

const problem = nodeProblem();
if (problem === null) {
  const { main } = await (isForegroundStart() ? import('./foreground.ts') : import('./main.ts'));
  await main(process.argv);
} else {
  console.error(`holdfast: ${problem}`);
  rememberProblem(problem);
  process.exitCode = 1;
}

/** The line that starts every sidecar, and somebody waits for it: it goes past the parser, which loads slowly. */
function isForegroundStart(): boolean {
  const [, , verb, ...options] = process.argv;
  const known = options.every((option) => option === '--foreground' || option === '--recover');
  return verb === 'start' && known && options.includes('--foreground');
}
