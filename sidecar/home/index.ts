export {
  type ConfigRow,
  explainConfig,
  parseConfigFile,
  readConfig,
  requireConfigKey,
  resolveConfig,
} from './config.ts';
export {
  CONFIG_KEYS,
  type Config,
  type ConfigKey,
  PERMISSION_MODES,
  RENAMED_KEYS,
  type RenamedKey,
} from './config-keys.ts';
export {
  type Endpoint,
  publishEndpoint,
  readEndpoint,
  readSidecarRecord,
  type SidecarRecord,
  withdrawEndpoint,
} from './endpoint.ts';
export { ensureHome } from './ensure.ts';
export { findHome, type HomePaths, homePaths } from './paths.ts';
export { countSpool, namesIn, type SpoolCounts } from './spool-folder.ts';
export { writeWhole } from './write-whole.ts';
