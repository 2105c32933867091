import { gh } from './gh.ts';
import { git } from './git.ts';
import { npm } from './npm.ts';
import { endToEndRunners, testRunners } from './test-runners.ts';
import type { Tool } from './tool.ts';

/** Every tool that is known. Of two that know one program, the first counts. */
const TOOLS: readonly Tool[] = [git, gh, npm, testRunners, endToEndRunners];

const BY_NAME = new Map(TOOLS.toReversed().flatMap((tool) => tool.names.map((name) => [name, tool])));

export function toolOf(program: string): Tool | null {
  return BY_NAME.get(program) ?? null;
}
