import type { PresenceState } from '@archeio/presence';
import { describeAnswer, type StoreAnswer } from '@archeio/content-checks';

/** Number of answers to keep for one store. */
const KEPT = 32;

/** Statuses of absence that need no explanation. */
const PLAINLY_ABSENT: ReadonlySet<number> = new Set([404, 410]);

/**
 * A store's last answers about blobs in words, unless it simply has the blob or lacks it. They explain why a store was
 * passed over. The oldest are dropped first.
 */
export class SeenAnswers {
  readonly #seen = new Map<string, string>();

  /** @param state meaning of the answer for the blob */
  note(digest: string, answer: StoreAnswer, state: PresenceState): void {
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
