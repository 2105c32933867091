import { exact } from './parts.tsx';

export const DAYS = 30;
/** Units of the drawing, which is stretched to the width of the page: words stand outside of it. */
const SLOT = 20;
const HEIGHT = 120;

export type Day = { day: string; made: number; kept: number; dropped: number; contradicted: number };

/**
 * Behind, what was promised that day; before it, what was kept and what was dropped that day, whenever it was
 * promised; below the line, what was said to be done and was not. One scale for all.
 */
export function Chart({ days }: { days: Day[] }) {
  const up = Math.max(1, ...days.map(({ made, kept, dropped }) => Math.max(made, kept, dropped)));
  const down = Math.max(0, ...days.map(({ contradicted }) => contradicted));
  const unit = HEIGHT / (up + down);
  const axis = round(up * unit);
  const width = days.length * SLOT;
  const sum = (of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby="chart-title"
      >
        <title id="chart-title">
          {`The last ${DAYS} days: ${sum(({ made }) => made)} promises made, ${sum(({ kept }) => kept)} kept, ${sum(({ dropped }) => dropped)} dropped; ${sum(({ contradicted }) => contradicted)} claims contradicted. The table below has every figure.`}
        </title>
        {days.map((day, index) => (
          <Bars day={day} x={index * SLOT} unit={unit} axis={axis} />
        ))}
        <line x1="0" x2={width} y1={axis} y2={axis} vector-effect="non-scaling-stroke" />
      </svg>
      <p class="dates">
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
      </p>
      <figcaption>
        <span class="key made">made</span>
        <span class="key kept">kept</span>
        <span class="key dropped">dropped</span>
        <span class="key contradicted">contradicted, below the line</span>
        <span class="soft">at most {up} a day</span>
      </figcaption>
      <Figures days={days} />
    </figure>
  );
}

function Bars({ day, x, unit, axis }: { day: Day; x: number; unit: number; axis: number }) {
  const bar = (name: keyof Omit<Day, 'day'>, from: number, wide: number) => {
    const high = round(day[name] * unit);
    const y = name === 'contradicted' ? axis : round(axis - high);
    return high > 0 && <rect class={name} x={x + from} y={y} width={wide} height={high} />;
  };
  const label = `${day.day}: ${day.made} made, ${day.kept} kept, ${day.dropped} dropped, ${day.contradicted} contradicted`;
  return (
    <g>
      <title>{label}</title>
      {bar('made', 2, 16)}
      {bar('kept', 5, 5)}
      {bar('dropped', 10, 5)}
      {bar('contradicted', 5, 10)}
    </g>
  );
}

function Figures({ days }: { days: Day[] }) {
  const filled = days.filter(({ made, kept, dropped, contradicted }) => made + kept + dropped + contradicted);
  return (
    <details id="chart-figures">
      <summary>The figures behind the chart</summary>
      <table>
        <thead>
          <tr>
            {['day', 'made', 'kept', 'dropped', 'contradicted'].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filled.reverse().map(({ day, made, kept, dropped, contradicted }) => (
            <tr>
              <th scope="row">{day}</th>
              {[made, kept, dropped, contradicted].map((figure) => (
                <td>{figure}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** The days of this machine's clock up to today, as SQLite names them, each empty. */
export function lastDays(now: Date): Day[] {
  return Array.from({ length: DAYS }, (_, index) => {
    const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() - (DAYS - 1 - index));
    return { day: exact(at.toISOString()).slice(0, 10), made: 0, kept: 0, dropped: 0, contradicted: 0 };
  });
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
