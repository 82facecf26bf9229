import type { BodyAnswer, NoAnswer, StoreAnswer } from '../check/index.ts';

/** What came of a canary. */
export interface Verdict {
  readonly outcome: 'pass' | 'fail' | 'nothing';
  /** What was seen, for the log: `status 503`, `timeout`. */
  readonly saw: string;
  /** Whether the blob that was asked for is not to be asked for again: it is not there any more. */
  readonly forget: boolean;
}

/** An upstream's `/v2/`: 200, or 401 where it wants a token for it (distribution-spec, end-1), is a pass. */
export function judgeUpstream(answer: StoreAnswer): Verdict {
  if (answer.kind !== 'status') return unanswered(answer);
  const pass = answer.status === 200 || answer.status === 401;
  return verdict(pass ? 'pass' : 'fail', `status ${answer.status}`);
}

/**
 * A store's blob whose body was read. Of a configured digest everything but the blob is a failure. One that was only
 * seen recently may have been deleted since: its absence says nothing, and it is forgotten.
 *
 * A redirect is a failure: a bucket that sends elsewhere does not serve, and its users would pay for another hop.
 */
export function judgeStore(answer: BodyAnswer, digest: 'configured' | 'seen'): Verdict {
  if (answer.kind !== 'body') return unanswered(answer);
  const { status, received } = answer;
  const seen = digest === 'seen';
  switch (status) {
    case 200:
    case 206:
      if (received > 0) return verdict('pass', `status ${status}`);
      // Nothing was read: the digest may be that of the empty blob.
      return verdict(seen ? 'nothing' : 'fail', 'empty body', seen);
    case 401:
    case 403:
      // S3 says 403 of a missing key too: the next canary takes another digest, and so one lost blob ejects nobody.
      return verdict('fail', `status ${status}`, seen);
    default: {
      const ofTheBlob = seen && status >= 400 && status < 500 && status !== 429;
      return verdict(ofTheBlob ? 'nothing' : 'fail', `status ${status}`, ofTheBlob);
    }
  }
}

function unanswered(answer: NoAnswer): Verdict {
  if (answer.kind === 'nothing') return verdict('nothing', 'nothing');
  return verdict('fail', answer.reason);
}

function verdict(outcome: Verdict['outcome'], saw: string, forget = false): Verdict {
  return Object.freeze({ outcome, saw, forget });
}
