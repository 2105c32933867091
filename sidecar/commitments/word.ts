import { type Claim, classifyMessage } from '../claims/index.ts';
import {
  type CompletedClaim,
  completedClaims,
  detailOf,
  type Evidence,
  evidenceLedger,
  type FinishedCall,
  patience,
} from '../evidence/index.ts';
import type { Store } from '../store/index.ts';
import { type ByHand, recordByHand } from './by-hand.ts';
import { type Close, close } from './close.ts';
import type { Commitment } from './commitment.ts';
import { type FollowUp, nudge, type Place, promptContext, type TurnEnd, tellingStore } from './follow-up.ts';
import { type HeardPromise, hearTurn, type Turn } from './hear-turn.ts';
import { hearCall, type Recorded, sweep } from './record.ts';
import { sentenceAround } from './sentence-around.ts';
import { commitmentStore } from './store.ts';
import { withinProject } from './within-project.ts';

export type WordOptions = {
  store: Store;
  /** Off: no promise is read. What is open stays, and is closed as before. */
  promises: { enabled: boolean; perTopicCap: number; expiresHours: number; followUp: FollowUp };
  /** Off: nothing that is said to be done is judged. */
  completions: { enabled: boolean };
  /** Masks the secrets of what is stored of a text. */
  mask: (text: string) => string;
  /** Whether a session still runs, as far as is known. */
  isLive: (sessionId: string) => boolean;
};

export type CallHeard = { call: Evidence; kept: Commitment[] };
export type TurnHeard = { claims: Claim[]; promises: HeardPromise[]; completed: CompletedClaim[] };

/**
 * What the agent says and what it does, against each other. The sidecar hears it live and the audit from
 * transcripts, through the same functions. Each runs inside a transaction of the caller's.
 */
export function openWord({ store, promises, completions, mask, isLive }: WordOptions) {
  const evidence = evidenceLedger(store);
  const completed = completedClaims(store, evidence);
  const commitments = commitmentStore(store);
  const ledgers = { commitments, evidence };
  const limits = { ...promises, mask };
  const tells = { promises: promises.enabled, contradictions: completions.enabled };
  const following = { commitments, completed, tellings: tellingStore(store), tells, isLive };

  return {
    commitments,
    evidence,
    completed,

    /**
     * `live`: it came when it finished, and not late through the spool. `cwd`: where the client was; a linked
     * worktree is known by it alone.
     */
    callFinished: (
      { cwd = null, ...finished }: FinishedCall & { cwd?: string | null },
      { live = false }: { live?: boolean } = {},
    ): CallHeard => {
      const call = evidence.record({
        ...finished,
        call: withinProject(finished.call, { project: finished.topicId, cwd }),
      });
      return { call, kept: hearCall(commitments, call, { live }) };
    },

    turnEnded: (turn: Turn): TurnHeard => {
      if (!promises.enabled && !completions.enabled) return { claims: [], promises: [], completed: [] };
      const heard = classifyMessage(turn.message);
      return {
        claims: heard.claims,
        // Before the promises: what this turn said was done is judged by what was there when it said so.
        completed: completions.enabled ? judge(turn, heard.claims) : [],
        promises: promises.enabled ? hearTurn(ledgers, turn, heard, limits) : [],
      };
    },

    /** Reads a message that came by itself, outside of any turn: promises only. */
    observe: (turn: Turn): Pick<TurnHeard, 'claims' | 'promises'> => {
      const heard = classifyMessage(turn.message);
      return { claims: heard.claims, promises: store.write(() => hearTurn(ledgers, turn, heard, limits)) };
    },

    promiseByHand: (promise: ByHand): Recorded => store.write(() => recordByHand(ledgers, promise, limits)),

    close: (id: string, how: Close): Commitment =>
      store.write(() => close(commitments, id, { ...how, note: how.note && mask(how.note) })),

    /** What the agent is told with a prompt. */
    context: (place: Place): string | null =>
      promises.followUp === 'off' ? null : promptContext(following, place),

    /** What the agent is told at the end of a turn. */
    nudge: (turn: TurnEnd): string | null =>
      promises.enabled && promises.followUp === 'nudge' ? nudge(following, turn) : null,

    /** Gives up what is overdue, all of it in one transaction. Returns how much that was. */
    sweep: (now: Date): number => {
      const at = now.toISOString();
      return commitments.overdue(at).length === 0 ? 0 : store.write(() => sweep(commitments, at));
    },

    prune: [evidence.prune, completed.prune, commitments.prune],
  };

  function judge({ message, sessionId, topicId, at, live }: Turn, claims: Claim[]): CompletedClaim[] {
    if (sessionId === null) return [];
    const left = patience();
    return claims
      .filter(({ kind }) => kind === 'completed')
      .flatMap((claim) => {
        if (left.calls <= 0) return [];
        const quote = mask(sentenceAround(message, claim));
        const said = {
          sessionId,
          topicId,
          verb: claim.verb,
          object: mask(claim.object),
          detail: mask(detailOf(message, claims, claim)),
          quote,
          at,
          // A turn that comes late is judged by what was there when it ended.
          until: live ? null : at,
        };
        return completed.judge(said, left) ?? [];
      });
  }
}

export type Word = ReturnType<typeof openWord>;
