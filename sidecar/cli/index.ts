#!/usr/bin/env node
// The first lines that run, on whatever Node there is: nothing here may load the native module.
import { nodeProblem, rememberProblem } from './node-problem.ts';

const problem = nodeProblem();
if (problem === null) {
  const { main } = await import('./main.ts');
  await main(process.argv);
} else {
  console.error(`holdfast: ${problem}`);
  rememberProblem(problem);
  process.exitCode = 1;
}
