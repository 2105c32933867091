/**
 * How well claims were found: the same pairing and the same figures as `score-claims.mjs`, which asks from outside.
 * A wanted claim and a found one pair where verb and kind (for promises: either of the two) agree, each at most once.
 */

/** @param {{id: string, text: string, claims: object[]}[]} rows @param {(text: string) => object[]} classify */
export function scoreClaims(rows, classify) {
  const figures = new Map();
  const failures = [];
  for (const row of rows) {
    const found = classify(row.text);
    const promises = pair(row.claims.filter(isPromise), found.filter(isPromise));
    add(figures, 'promises', promises);
    if (promises.extra.length + promises.lost.length > 0) failures.push(failure(row, 'promises', promises));
    for (const [want, have] of promises.pairs) {
      tally(figures, 'promise kind', want.kind === have.kind);
      tally(figures, 'promise object', sameWords(want.object, have.object));
      if (want.trigger) tally(figures, 'promise trigger', sameWords(want.trigger, have.trigger));
    }
    for (const kind of ['commit', 'deferred', 'offer', 'completed']) {
      const one = pair(row.claims.filter(of(kind)), found.filter(of(kind)));
      add(figures, kind, one);
      const isOwn = kind === 'completed' || kind === 'offer';
      if (isOwn && one.extra.length + one.lost.length > 0) failures.push(failure(row, kind, one));
    }
    const offers = row.claims.filter(of('offer'));
    for (const { verb } of offers) {
      tally(figures, 'offers left alone', !promises.extra.some((extra) => extra.verb === verb));
    }
  }
  return { figures: [...figures].map(([name, count]) => figureOf(name, count)), failures };
}

const of = (kind) => (claim) => claim.kind === kind;
const isPromise = (claim) => claim.kind === 'commit' || claim.kind === 'deferred';

/** The same object first, then the same verb. */
function pair(wanted, found) {
  const free = [...found];
  const pairs = new Map();
  for (const strict of [true, false]) {
    for (const want of wanted) {
      if (pairs.has(want)) continue;
      const at = free.findIndex(
        (have) => have.verb === want.verb && (!strict || sameWords(want.object, have.object)),
      );
      if (at >= 0) pairs.set(want, free.splice(at, 1)[0]);
    }
  }
  return { pairs: [...pairs], extra: free, lost: wanted.filter((want) => !pairs.has(want)) };
}

/** At least half of the words are the same. */
function sameWords(one, other) {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  if (a.length === 0 || b.length === 0) return a.length === b.length;
  return (2 * a.filter((word) => b.includes(word)).length) / (a.length + b.length) >= 0.5;
}

function wordsOf(text = '') {
  const plain = text.toLowerCase().replace(/[`*_"'’]/g, '');
  return plain
    .replace(/^(?:the|a|an|this|that|my|your|our|its)\s+/, '')
    .split(/\s+/)
    .filter(Boolean);
}

function countOf(figures, name) {
  const count = figures.get(name) ?? { right: 0, extra: 0, lost: 0 };
  figures.set(name, count);
  return count;
}

function add(figures, name, { pairs, extra, lost }) {
  const count = countOf(figures, name);
  count.right += pairs.length;
  count.extra += extra.length;
  count.lost += lost.length;
}

function tally(figures, name, isRight) {
  countOf(figures, name)[isRight ? 'right' : 'lost'] += 1;
}

function figureOf(name, { right, extra, lost }) {
  const share = (part, whole) => (whole === 0 ? 1 : part / whole);
  return {
    name,
    n: right + lost,
    precision: share(right, right + extra),
    recall: share(right, right + lost),
  };
}

function failure({ id, text }, what, { lost, extra }) {
  return { id, what, lost, extra, text: text.length > 600 ? `${text.slice(0, 600)}…` : text };
}
