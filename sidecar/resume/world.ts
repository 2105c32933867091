import { branchOf, isFolder } from '../runs/index.ts';
import { readMachineLoad } from './machine-load.ts';
import { clientsOf } from './other-clients.ts';
import type { World } from './rooms.ts';
import { markOf } from './transcript-mark.ts';

/** The disk and the process table of this machine. */
export const realWorld: World = {
  isFolder,
  branchOf,
  markOf,
  clientsOf: (sessionId) => clientsOf(sessionId),
  load: () => readMachineLoad(),
};
