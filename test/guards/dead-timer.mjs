// Loaded before a sidecar: its timers of `DEAD_MS` never come again, as if the part had died by itself.
const dead = Number(process.env.DEAD_MS);
const real = globalThis.setTimeout;
globalThis.setTimeout = (work, ms, ...rest) => real(ms === dead ? () => {} : work, ms, ...rest);
