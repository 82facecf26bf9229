import type { Clock } from '@archeio/presence';
import { StatedError, credentialsReason } from '@archeio/plain-errors';

/** An access key, as the AWS SDK's providers supply it. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Supplies credentials; it may cache them, and renews them well before they expire. */
export type CredentialSource = () => Promise<Credentials>;

/** Dependencies of {@link StandingCredentials}. */
export interface StandingCredentialsDependencies {
  readonly source: CredentialSource;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly timeOfDay: () => number;
  /** Called with the reason when there are none (any longer), and with undefined when there are some. */
  readonly onChange: (trouble: string | undefined) => void;
}

/** Interval between requests to the source, in milliseconds. It answers from its cache until shortly before an expiry. */
const REFRESH_EVERY = 60_000;

/** The same after a failure. */
const RETRY_AFTER = 5000;

/** How long to wait for the source, in milliseconds; the slowest case is a metadata service that does not answer. */
const PATIENCE = 10_000;

/** Credentials with less time left than this are not used, in milliseconds: a redirect could arrive too late. */
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
 * Credentials that are ready before they are needed: fetched at the start, renewed in the background. A source that
 * fails changes nothing while the last credentials are valid.
 */
export class StandingCredentials {
  readonly #dependencies: StandingCredentialsDependencies;
  #last: Credentials | undefined;
  #failure: string | undefined = 'the credential source has not answered yet';
  /** Whether there were credentials at the last call of `onChange`. */
  #reported: boolean | undefined;
  #refreshing: Promise<void> | undefined;
  #dueAt = 0;
  #cancel = () => {};
  #closed = false;

  constructor(dependencies: StandingCredentialsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Starts refreshing. Resolves after the first answer, within 10 s; never rejects. */
  start(): Promise<void> {
    return this.#refresh();
  }

  /** The credentials to sign with now. Refreshes overdue ones in the background: timers do not run in a frozen process. */
  current(): Credentials | undefined {
    if (this.#dependencies.clock.now() >= this.#dueAt) void this.#refresh();
    return this.#usable();
  }

  /** Why there are no credentials to sign with; undefined if there are. Starts no refresh. */
  trouble(): string | undefined {
    if (this.#usable() !== undefined) return undefined;
    if (this.#last === undefined) return this.#failure ?? 'no credentials were found';
    return `the credentials have expired${this.#failure === undefined ? '' : `: ${this.#failure}`}`;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #usable(): Credentials | undefined {
    const { expiration } = this.#last ?? {};
    if (expiration !== undefined && +expiration - this.#dependencies.timeOfDay() < LEAST_LEFT)
      return undefined;
    return this.#last;
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshOnce().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<void> {
    const { clock, source } = this.#dependencies;
    this.#cancel();
    try {
      this.#accept(await this.#inTime(source()));
    } catch (error) {
      this.#failure = credentialsReason(error);
    }
    if (this.#closed) return;
    const wait =
      this.#failure === undefined && this.#usable() !== undefined ? REFRESH_EVERY : RETRY_AFTER;
    this.#dueAt = clock.now() + wait;
    this.#cancel = clock.after(wait, () => void this.#refresh());
    this.#report();
  }

  #accept(found: Credentials): void {
    // Unchanged credentials stay the same object, because signed URLs are remembered by it.
    if (!isSame(found, this.#last)) this.#last = found;
    this.#failure = undefined;
  }

  #report(): void {
    const usable = this.#usable() !== undefined;
    if (usable === this.#reported || this.#closed) return;
    this.#reported = usable;
    this.#dependencies.onChange(this.trouble());
  }

  #inTime(found: Promise<Credentials>): Promise<Credentials> {
    return new Promise((resolve, reject) => {
      const cancel = this.#dependencies.clock.after(PATIENCE, () => {
        reject(new StatedError(`the credential source did not answer within ${PATIENCE / 1000} s`));
        // Otherwise a source that always takes longer would never be used.
        found.then(
          (late) => {
            this.#accept(late);
            this.#report();
          },
          () => undefined,
        );
      });
      found.then(resolve, reject).finally(cancel);
    });
  }
}
