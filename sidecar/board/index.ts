export { ERROR_PAGE_POLICY, errorPage } from './error-page.tsx';
export { boardKey } from './key.ts';
export { boardLogins, type Logins } from './login.ts';
export type { BoardSources } from './sources.ts';
