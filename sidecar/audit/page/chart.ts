import type { OverTime, Period } from '../over-time.ts';
import { type Html, html } from './html.ts';

/** Units of the drawing, which is stretched to the width of the page: words stand outside of it. */
const BAR = 10;
const GAP = 2;
const HEIGHT = 180;
/** A single day is no wall across the page. */
const WIDEST_BAR_REM = 5;

/**
 * Upwards what was promised and what became of it, downwards the claims of done that the calls contradict or do
 * not back. Both on one scale, so that a bar below can be compared with one above.
 */
export function chart({ unit, periods }: OverTime): Html {
  if (periods.length === 0) return html`<p>Nothing was promised or said to be done.</p>`;
  const [up, down] = [Math.max(...periods.map(above)), Math.max(...periods.map(below))];
  const scale = HEIGHT / Math.max(1, up + down);
  const axis = round(up * scale);
  const width = periods.length * BAR;
  const bars = periods.map((period, index) => bar(period, index * BAR, { scale, axis }));
  return html`<figure style="max-width: max(18rem, ${periods.length * WIDEST_BAR_REM}rem)">
<svg viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="chart-title chart-text">
<title id="chart-title">Promises and claims by ${unit}</title>
<desc id="chart-text">${described(periods, unit)} The table below has every figure.</desc>
${bars}
<line x1="0" x2="${width}" y1="${axis}" y2="${axis}" class="axis" vector-effect="non-scaling-stroke"/>
</svg>
<div class="dates"><span>${periods[0]?.from ?? ''}</span><span>${periods.at(-1)?.from ?? ''}</span></div>
<figcaption>By ${unit}, at most ${up} above the line and ${down} below. ${LEGEND.map(([name, words]) => html`<span class="key ${name}"><i></i>${words}</span>`)}</figcaption>
</figure>
<details><summary>The figures behind the chart</summary>
<div class="wide"><table><thead><tr><th scope="col">${unit} of</th>${COLUMNS.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${periods.filter(isFilled).map(row)}</tbody></table></div></details>`;
}

const LEGEND = [
  ['kept', 'promises kept'],
  ['attempted', 'tried'],
  ['dropped', 'dropped'],
  ['contradicted', 'claims contradicted'],
  ['unbacked', 'claims with nothing behind them'],
] as const;

const COLUMNS = ['kept', 'attempted', 'dropped', 'withdrawn', 'backed', 'contradicted', 'unbacked'] as const;

type Frame = { scale: number; axis: number };

function bar(period: Period, x: number, frame: Frame): Html {
  const label = COLUMNS.map((column) => `${period[column]} ${column}`).join(', ');
  return html`<g><title>${period.from}: ${label}</title>${[
    ...stacked(period, ['kept', 'attempted', 'dropped'], x, frame, -1),
    ...stacked(period, ['contradicted', 'unbacked'], x, frame, 1),
  ]}</g>`;
}

function stacked(
  period: Period,
  names: ('kept' | 'attempted' | 'dropped' | 'contradicted' | 'unbacked')[],
  x: number,
  { scale, axis }: Frame,
  direction: 1 | -1,
): Html[] {
  let from = axis;
  return names.flatMap((name) => {
    const height = period[name] * scale;
    if (height === 0) return [];
    const y = direction === 1 ? from : from - height;
    from += direction * height;
    return [
      html`<rect class="${name}" x="${x + GAP / 2}" y="${round(y)}" width="${BAR - GAP}" height="${round(height)}"/>`,
    ];
  });
}

function row(period: Period): Html {
  return html`<tr><th scope="row">${period.from}</th>${COLUMNS.map((column) => html`<td>${period[column]}</td>`)}</tr>`;
}

function described(periods: Period[], unit: string): string {
  const total = (column: (typeof COLUMNS)[number]) =>
    periods.reduce((sum, period) => sum + period[column], 0);
  return (
    `From ${periods[0]?.from} to ${periods.at(-1)?.from}, by ${unit}: ${total('kept')} promises kept, ` +
    `${total('attempted')} tried, ${total('dropped')} dropped; of the claims of done ${total('contradicted')} ` +
    `contradicted and ${total('unbacked')} with nothing behind them.`
  );
}

function above({ kept, attempted, dropped }: Period): number {
  return kept + attempted + dropped;
}

function below({ contradicted, unbacked }: Period): number {
  return contradicted + unbacked;
}

function isFilled(period: Period): boolean {
  return COLUMNS.some((column) => period[column] > 0);
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
