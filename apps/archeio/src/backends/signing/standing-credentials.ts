import type { Clock } from '@archeio/presence';
import { StatedError, credentialsReason } from '@archeio/plain-errors';

/** An access key, as the AWS SDK's providers give it. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Where credentials come from; it may keep them, and renews them itself well ahead of their end. */
export type CredentialSource = () => Promise<Credentials>;

/** What the credentials are kept fresh with. */
export interface StandingCredentialsParts {
  readonly source: CredentialSource;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly timeOfDay: () => number;
  /** Hears why there are none (any longer), and undefined when there are some. */
  readonly onChange: (trouble: string | undefined) => void;
}

/** The source is asked so often; it goes further than its own memory only shortly before an end. Milliseconds. */
const ASK_EVERY = 60_000;

/** After a failure it is asked again sooner. */
const ASK_AGAIN = 5000;

/** How long the source is waited for; the chain's slowest link is a metadata service that does not answer. */
const PATIENCE = 10_000;

/** With less than this left a redirect could come too late. Milliseconds. */
const LEAST_LEFT = 60_000;

function isSame(one: Credentials, other: Credentials | undefined): boolean {
  return (
    one.accessKeyId === other?.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken &&
    one.expiration?.getTime() === other.expiration?.getTime()
  );
}

/**
 * Credentials that are there before they are needed: fetched at the start, renewed behind the requests. A source that
 * fails costs nothing while the last credentials hold.
 */
export class StandingCredentials {
  readonly #parts: StandingCredentialsParts;
  #last: Credentials | undefined;
  #failure: string | undefined = 'the credential source has not answered yet';
  /** What was said last to `onChange`: whether there are credentials. */
  #said: boolean | undefined;
  #asking: Promise<void> | undefined;
  #dueAt = 0;
  #cancel = () => {};
  #closed = false;

  constructor(parts: StandingCredentialsParts) {
    this.#parts = parts;
  }

  /** Looks for credentials, and goes on doing so. Resolves when it knows, after 10 s at most; never rejects. */
  start(): Promise<void> {
    return this.#ask();
  }

  /** What can be signed with now. Asks behind the answer where that is due: timers do not run in a frozen process. */
  current(): Credentials | undefined {
    if (this.#parts.clock.now() >= this.#dueAt) void this.#ask();
    return this.#usable();
  }

  /** Why there are no credentials to sign with, undefined where there are. */
  trouble(): string | undefined {
    if (this.current() !== undefined) return undefined;
    if (this.#last === undefined) return this.#failure ?? 'no credentials were found';
    return `the credentials have expired${this.#failure === undefined ? '' : `: ${this.#failure}`}`;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #usable(): Credentials | undefined {
    const { expiration } = this.#last ?? {};
    if (expiration !== undefined && +expiration - this.#parts.timeOfDay() < LEAST_LEFT)
      return undefined;
    return this.#last;
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#askOnce().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #askOnce(): Promise<void> {
    const { clock, source } = this.#parts;
    this.#cancel();
    try {
      this.#take(await this.#inTime(source()));
    } catch (error) {
      this.#failure = credentialsReason(error);
    }
    if (this.#closed) return;
    const wait =
      this.#failure === undefined && this.#usable() !== undefined ? ASK_EVERY : ASK_AGAIN;
    this.#dueAt = clock.now() + wait;
    this.#cancel = clock.after(wait, () => void this.#ask());
    this.#say();
  }

  #take(found: Credentials): void {
    // The same object as before as long as nothing changed: signed URLs are remembered by it.
    if (!isSame(found, this.#last)) this.#last = found;
    this.#failure = undefined;
  }

  #say(): void {
    const usable = this.#usable() !== undefined;
    if (usable === this.#said || this.#closed) return;
    this.#said = usable;
    this.#parts.onChange(this.trouble());
  }

  #inTime(found: Promise<Credentials>): Promise<Credentials> {
    return new Promise((resolve, reject) => {
      const cancel = this.#parts.clock.after(PATIENCE, () => {
        reject(new StatedError(`the credential source did not answer within ${PATIENCE / 1000} s`));
        // A source that always takes longer would never be heard otherwise.
        found.then(
          (late) => {
            this.#take(late);
            this.#say();
          },
          () => undefined,
        );
      });
      found.then(resolve, reject).finally(cancel);
    });
  }
}
