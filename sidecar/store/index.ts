export { type Change, type ChangeLog, changeLog } from './changes.ts';
export { EXIT_DATABASE_NEWER, migrate, readMigrations } from './migrate.ts';
export { moveDatabaseAside } from './open.ts';
export { changeRoutes } from './routes.ts';
export { storageError } from './sqlite-errors.ts';
export { openStore, type Store } from './store.ts';
