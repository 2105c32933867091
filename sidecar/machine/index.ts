export { HOOK_SOURCE, isClientVariable, TURN_MARK, UNIT_MARK } from './client-variables.ts';
export { localFilesystem, networkFilesystem } from './filesystem-kind.ts';
export { idInFile, idPrintedByMac, machineId } from './machine-id.ts';
export { compareVersions, PACKAGE_ROOT, VERSION } from './package.ts';
export {
  bootId,
  fieldsOfStat,
  identifyProcess,
  isSameProcess,
  type ProcessIdentity,
  pidExists,
  processStart,
  startInStat,
} from './process-identity.ts';
