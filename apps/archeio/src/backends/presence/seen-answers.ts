import { describeAnswer } from '../client/describe-answer.ts';
import type { StoreAnswer } from '../client/store-checker.ts';

/** Answers that are kept of one store. */
const KEPT = 32;

/** Statuses of absence that need no explanation. */
const PLAINLY_ABSENT: ReadonlySet<number> = new Set([404, 410]);

/**
 * What a store last answered about blobs, in words, where that is not simply that it has the blob or has not: for
 * explaining why a store was passed over. The oldest go first.
 */
export class SeenAnswers {
  readonly #seen = new Map<string, string>();

  /** @param state what the answer means for the blob */
  note(digest: string, answer: StoreAnswer, state: 'present' | 'absent' | 'unknown'): void {
    this.#seen.delete(digest);
    if (state === 'present') return;
    if (answer.kind === 'status' && PLAINLY_ABSENT.has(answer.status)) return;
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size < KEPT) break;
      this.#seen.delete(oldest);
    }
    this.#seen.set(digest, describeAnswer(answer, digest));
  }

  of(digest: string): string | undefined {
    return this.#seen.get(digest);
  }
}
