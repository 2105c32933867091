/**
 * How well tool calls were judged. Each expected claim is looked up by verb and object among the judged ones; one that
 * the classifier did not find counts as wrong.
 */

/**
 * @param {object[]} rows
 * @param {(row: object) => {expect: object[], completed: object[]}} judge
 */
export function scoreEvidence(rows, judge) {
  const counts = new Map();
  const failures = [];
  for (const row of rows) {
    const found = judge(row);
    for (const [what, field, bad] of [
      ['expect', 'state', 'kept'],
      ['completed', 'verdict', 'contradicted'],
    ]) {
      const free = [...(found[what] ?? [])];
      for (const want of row[what] ?? []) {
        const have = take(free, want)?.[field] ?? 'missing';
        count(counts, `${field} claims found`, have !== 'missing');
        count(counts, `${field}s right`, have === want[field]);
        count(counts, `${field} ${want[field]}`, have === want[field]);
        if (have === bad) count(counts, `no false ${bad}`, want[field] === bad);
        if (have !== want[field]) {
          failures.push({
            id: row.id,
            what: field,
            verb: want.verb,
            object: want.object,
            want: want[field],
            have,
          });
        }
      }
    }
  }
  const figures = [...counts].map(([name, { right, n }]) => ({
    name,
    n,
    right,
    share: n === 0 ? 1 : right / n,
  }));
  return { figures, failures };
}

/** The same object first, then the same verb. */
function take(free, want) {
  const same = (have) => have.verb === want.verb;
  const exact = free.findIndex((have) => same(have) && have.object === want.object);
  const at = exact >= 0 ? exact : free.findIndex(same);
  return at < 0 ? undefined : free.splice(at, 1)[0];
}

function count(counts, name, isRight) {
  const entry = counts.get(name) ?? { right: 0, n: 0 };
  counts.set(name, entry);
  entry.n += 1;
  if (isRight) entry.right += 1;
}
