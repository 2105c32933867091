import type { Invocation } from '../bash/invocation.ts';
import { builders, cmake, frameworks, jvm, recipes, typeScript } from './builders.ts';
import { formatters, generators } from './code-writers.ts';
import { docker } from './containers.ts';
import { databases } from './databases.ts';
import { copiers, deployers } from './deployers.ts';
import { fileMakers, removers, streamEditors } from './files.ts';
import { gh } from './gh.ts';
import { git } from './git.ts';
import { helm, kubectl } from './kubernetes.ts';
import { migrators } from './migrations.ts';
import { npm } from './npm.ts';
import { cargo, go, packageManagers, uv } from './packages.ts';
import { brewServices, killers, servers, service, systemctl, tunnels } from './processes.ts';
import { publishers } from './publishers.ts';
import { scriptOf } from './scripts.ts';
import { mailers, requests } from './senders.ts';
import { endToEndRunners, testRunners } from './test-runners.ts';
import type { Tool } from './tool.ts';
import { webFrameworks } from './web-frameworks.ts';

/** Every tool that is known. Of two that know one program, the first counts. */
const TOOLS: readonly Tool[] = [
  ...[git, gh, npm, packageManagers, uv, cargo, go],
  ...[testRunners, endToEndRunners, builders, frameworks, typeScript, cmake, jvm, recipes],
  ...[docker, kubectl, helm, deployers, copiers, systemctl, service, brewServices, killers, tunnels],
  ...[webFrameworks, servers, migrators, publishers, databases, formatters, generators],
  ...[removers, fileMakers, streamEditors, requests, mailers],
];

const BY_NAME = new Map(TOOLS.toReversed().flatMap((tool) => tool.names.map((name) => [name, tool])));

export function toolOf({ program, path }: Pick<Invocation, 'program' | 'path'>): Tool | null {
  return BY_NAME.get(program) ?? scriptOf(path);
}
