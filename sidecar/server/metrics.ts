import type { Tally } from './tally.ts';

/** Prometheus text. Counters count from this sidecar's start; gauges are read now. */
export function metricsText(facts: { tally: Tally; spooled: number; lastChange: number }): string {
  const gauges: [string, number][] = [
    ['holdfast_spool_files', facts.spooled],
    ['holdfast_change_sequence', facts.lastChange],
    ['holdfast_uptime_seconds', Math.round(process.uptime())],
    ['holdfast_resident_bytes', process.memoryUsage.rss()],
  ];
  const lines: string[] = [];
  let family = '';
  for (const [name, value] of facts.tally.entries()) {
    const base = name.replace(/\{.*$/, '');
    if (base !== family) lines.push(`# TYPE ${base} counter`);
    family = base;
    lines.push(`${name} ${value}`);
  }
  for (const [name, value] of gauges) lines.push(`# TYPE ${name} gauge`, `${name} ${value}`);
  return `${lines.join('\n')}\n`;
}
