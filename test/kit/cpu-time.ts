/** Milliseconds of the processor that this process has used: a machine that is busy elsewhere adds nothing. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
