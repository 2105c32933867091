import type { Invocation } from '../bash/invocation.ts';
import { builders, cmake, frameworks, typeScript } from './builders.ts';
import { formatters, generators } from './code-writers.ts';
import { docker } from './containers.ts';
import { dataJobs, dbt } from './data-jobs.ts';
import { databaseCopies, databases } from './databases.ts';
import { copiers, deployers } from './deployers.ts';
import { boards, flutter, phones } from './devices.ts';
import { dotnet } from './dotnet.ts';
import { environmentMakers, fileMakers, removers, streamEditors, versionBumpers } from './files.ts';
import { gh } from './gh.ts';
import { git } from './git.ts';
import { helm, kubectl } from './kubernetes.ts';
import { kafkaTopics, localClusters, machines, terminals, virtualMachines } from './machines.ts';
import { migrators } from './migrations.ts';
import { npm } from './npm.ts';
import { otherVersionControl } from './other-vcs.ts';
import { cargo, go, packageManagers, uv } from './packages.ts';
import { brewServices, killers, servers, service, systemctl, tunnels } from './processes.ts';
import { jvm } from './project-tools.ts';
import { publishers } from './publishers.ts';
import { recipes } from './recipes.ts';
import { scriptOf } from './scripts.ts';
import { mailers, requests } from './senders.ts';
import { endToEndRunners, testRunners } from './test-runners.ts';
import type { Tool } from './tool.ts';
import { webFrameworks } from './web-frameworks.ts';

/** Every tool that is known. Of two that know one program, the first counts. */
const TOOLS: readonly Tool[] = [
  ...[git, gh, otherVersionControl, npm, packageManagers, uv, cargo, go, dotnet, flutter],
  ...[testRunners, endToEndRunners, builders, frameworks, typeScript, cmake, jvm, recipes],
  ...[docker, kubectl, helm, deployers, copiers, systemctl, service, brewServices, killers, tunnels],
  ...[dbt, dataJobs, boards, phones, machines, terminals, virtualMachines, localClusters, kafkaTopics],
  ...[webFrameworks, servers, migrators, publishers, databases, databaseCopies, formatters, generators],
  ...[environmentMakers, versionBumpers, removers, fileMakers, streamEditors, requests, mailers],
];

const BY_NAME = new Map(TOOLS.toReversed().flatMap((tool) => tool.names.map((name) => [name, tool])));

export function toolOf({ program, path }: Pick<Invocation, 'program' | 'path'>): Tool | null {
  return BY_NAME.get(program) ?? scriptOf(path);
}
