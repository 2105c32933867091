import type { Judged, JudgedClaim, JudgedPromise, PromiseState, Verdict } from './judge.ts';
import { overTime } from './over-time.ts';

export type PromiseFigures = { total: number } & Record<PromiseState, number>;
export type ClaimFigures = { total: number } & Record<Verdict, number>;

export type ProjectFigures = { project: string; promises: PromiseFigures; claims: ClaimFigures };

/** A word that was not kept, or a claim of done with nothing behind it. */
export type Worst = {
  kind: 'claim' | 'promise';
  state: 'contradicted' | 'unbacked' | 'dropped' | 'attempted';
  date: string;
  project: string;
  sessionId: string | null;
  verb: string;
  object: string;
  sentence: string;
  /** The call that tried or contradicts, in words. */
  tried: string | null;
};

const MOST_WORST = 10;
/** What was said to be done and had failed comes first, then what nothing backs, then words that were not kept. */
const GRAVITY: Worst['state'][] = ['contradicted', 'unbacked', 'dropped', 'attempted'];
const LONGEST_SENTENCE = 300;

/** Adds up what was judged, and keeps of the sentences the ten worst alone. */
export function newTally({ since, mask }: { since: string; mask: (text: string) => string }) {
  const promises = noPromises();
  const claims = noClaims();
  const time = overTime();
  const projects: ProjectFigures[] = [];
  let worst: Worst[] = [];

  function of(project: string): Judged & { done: () => void } {
    const own: ProjectFigures = { project, promises: noPromises(), claims: noClaims() };
    return {
      promise: (promise) => {
        if (promise.at < since) return;
        for (const figures of [promises, own.promises]) add(figures, promise.state);
        time.count(promise);
        const { state } = promise;
        if (state === 'dropped' || state === 'attempted') keep('promise', state, project, promise);
      },
      claim: (claim) => {
        if (claim.at < since) return;
        for (const figures of [claims, own.claims]) add(figures, claim.state);
        time.count(claim);
        if (claim.state !== 'backed') keep('claim', claim.state, project, claim);
      },
      done: () => {
        if (own.promises.total + own.claims.total > 0) projects.push(own);
      },
    };
  }

  function keep(
    kind: Worst['kind'],
    state: Worst['state'],
    project: string,
    { at, sessionId, verb, object, quote, tried }: JudgedPromise | JudgedClaim,
  ): void {
    const one = { kind, state, date: at, project, sessionId, verb, object, sentence: quote, tried };
    const last = worst[MOST_WORST - 1];
    if (last !== undefined && byGravity(last, one) <= 0) return;
    const said = { ...one, object: shown(object), sentence: shown(quote), tried: tried && shown(tried) };
    worst = [...worst, said].sort(byGravity).slice(0, MOST_WORST);
  }

  function shown(text: string): string {
    const line = mask(text).replace(/\s+/g, ' ').trim();
    return line.length <= LONGEST_SENTENCE ? line : `${line.slice(0, LONGEST_SENTENCE).trimEnd()}…`;
  }

  return {
    of,
    result: () => ({
      promises,
      claims,
      worst,
      overTime: time.result(),
      projects: projects.sort(byFailings),
    }),
  };
}

function add<State extends string>(
  figures: { total: number } & Record<State, number>,
  state: NoInfer<State>,
) {
  (figures as Record<'total' | State, number>)[state] += 1;
  figures.total += 1;
}

function byGravity(a: Worst, b: Worst): number {
  const graver = GRAVITY.indexOf(a.state) - GRAVITY.indexOf(b.state);
  if (graver !== 0) return graver;
  return a.date === b.date ? 0 : a.date > b.date ? -1 : 1;
}

function byFailings(a: ProjectFigures, b: ProjectFigures): number {
  return failings(b) - failings(a) || (a.project < b.project ? -1 : 1);
}

function failings({ promises, claims }: ProjectFigures): number {
  return promises.dropped + promises.attempted + claims.contradicted + claims.unbacked;
}

function noPromises(): PromiseFigures {
  return { total: 0, kept: 0, attempted: 0, dropped: 0, withdrawn: 0 };
}

function noClaims(): ClaimFigures {
  return { total: 0, backed: 0, contradicted: 0, unbacked: 0 };
}
