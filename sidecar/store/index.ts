export { type Change, type ChangeLog, changeLog } from './changes.ts';
export { daysBefore } from './days-before.ts';
export { migrate, readMigrations } from './migrate.ts';
export { moveDatabaseAside } from './open.ts';
export { type Peeked, peekLedger } from './peek.ts';
export { schemaFault } from './schema-fault.ts';
export { storageError } from './sqlite-errors.ts';
export { openStore, type Store } from './store.ts';
export { type Problem, type Upgrade, type UpgradeStep, type Upgrades, upgradesOf } from './upgrades.ts';
