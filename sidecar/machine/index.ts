export { networkFilesystem } from './filesystem-kind.ts';
export { compareVersions, PACKAGE_ROOT, VERSION } from './package.ts';
export {
  bootId,
  identifyProcess,
  isSameProcess,
  type ProcessIdentity,
  pidExists,
  processStart,
} from './process-identity.ts';
