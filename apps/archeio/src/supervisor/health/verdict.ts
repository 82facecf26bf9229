import { type BodyAnswer, flawOf, type NoAnswer, type StoreAnswer } from '@archeio/content-checks';

/** Result of a canary. */
export interface Verdict {
  readonly outcome: 'pass' | 'fail' | 'nothing';
  /** For the log: `status 503`, `timeout`. */
  readonly saw: string;
  /** Whether not to ask for this blob again, because the store may no longer have it. */
  readonly forget: boolean;
  /** Set if the store certainly does not have the blob. */
  readonly absent?: true;
}

/** Judges the answer of an upstream's `/v2/`: 200, or 401 if it wants a token (distribution-spec, end-1), is a pass. */
export function judgeUpstream(answer: StoreAnswer): Verdict {
  if (answer.kind !== 'status') return unanswered(answer);
  const pass = answer.status === 200 || answer.status === 401;
  return verdict(pass ? 'pass' : 'fail', `status ${answer.status}`);
}

/** The blob that a canary asks a store for. */
export interface ProbedBlob {
  /** Whether its digest is configured, so that the store must have it, or the store had it recently. */
  readonly kind: 'configured' | 'seen';
  readonly digest: string;
}

/**
 * Judges a store's answer. With a configured digest, everything but the blob is a failure. A blob that the store had
 * recently may have been deleted since: its absence says nothing, and it is forgotten.
 *
 * A redirect is a failure, because it would cost clients another hop. So is an answer that cannot be the blob, which a
 * check for a client would refuse as well.
 */
export function judgeStore(answer: BodyAnswer, { kind, digest }: ProbedBlob): Verdict {
  if (answer.kind !== 'body') return unanswered(answer);
  const { status, received } = answer;
  const seen = kind === 'seen';
  switch (status) {
    case 200:
    case 206: {
      const flaw = flawOf({ ...answer, size: received === 0 ? 0 : answer.size }, digest);
      if (flaw === undefined) return verdict('pass', `status ${status}`);
      return verdict('fail', `status ${status}, but ${flaw.why}`, seen);
    }
    case 401:
    case 403:
      // S3 also answers 403 for a missing key: the next canary takes another digest, so that a lost blob ejects no store.
      return verdict('fail', `status ${status}`, seen);
    default: {
      const ofTheBlob = seen && status >= 400 && status < 500 && status !== 429;
      const judged = verdict(ofTheBlob ? 'nothing' : 'fail', `status ${status}`, ofTheBlob);
      const isGone = ofTheBlob && (status === 404 || status === 410);
      return isGone ? Object.freeze({ ...judged, absent: true }) : judged;
    }
  }
}

function unanswered(answer: NoAnswer): Verdict {
  if (answer.kind === 'nothing') return verdict('nothing', 'nothing');
  return verdict('fail', answer.detail ?? answer.reason);
}

function verdict(outcome: Verdict['outcome'], saw: string, forget = false): Verdict {
  return Object.freeze({ outcome, saw, forget });
}
