export { askHealth, type Health } from './ask.ts';
export { whoServes } from './become-sidecar.ts';
export { runSidecar, type StartReport } from './foreground.ts';
export { startSidecar } from './start.ts';
export { stopSidecar } from './stop.ts';
