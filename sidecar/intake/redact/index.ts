export { maskSecrets } from './mask-secrets.ts';
export { maskText } from './mask-text.ts';
