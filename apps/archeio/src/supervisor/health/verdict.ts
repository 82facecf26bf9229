import type { BodyAnswer } from '../../backends/client/body-reader.ts';
import { flawOf } from '../../backends/client/flaw.ts';
import type { NoAnswer, StoreAnswer } from '../../backends/client/store-checker.ts';

/** What came of a canary. */
export interface Verdict {
  readonly outcome: 'pass' | 'fail' | 'nothing';
  /** What was seen, for the log: `status 503`, `timeout`. */
  readonly saw: string;
  /** Whether the blob that was asked for is not to be asked for again: it is not there any more. */
  readonly forget: boolean;
  /** Whether it is certainly not there. */
  readonly absent?: true;
}

/** An upstream's `/v2/`: 200, or 401 where it wants a token for it (distribution-spec, end-1), is a pass. */
export function judgeUpstream(answer: StoreAnswer): Verdict {
  if (answer.kind !== 'status') return unanswered(answer);
  const pass = answer.status === 200 || answer.status === 401;
  return verdict(pass ? 'pass' : 'fail', `status ${answer.status}`);
}

/** The blob that a canary asks for. */
export interface ProbedBlob {
  /** Of a configured digest, which must be there, or of one seen there recently. */
  readonly kind: 'configured' | 'seen';
  readonly digest: string;
}

/**
 * A store's blob whose body was read. Of a configured digest everything but the blob is a failure. One that was only
 * seen recently may have been deleted since: its absence says nothing, and it is forgotten.
 *
 * A redirect is a failure: a bucket that sends elsewhere does not serve, and its users would pay for another hop. So is
 * an answer that cannot be that blob, as a check of the blob would find too.
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
      // S3 says 403 of a missing key too: the next canary takes another digest, and so one lost blob takes no store down.
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
