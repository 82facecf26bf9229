import { type Answerable } from './answerable.ts';
import { type Authorization, type Sent, wayKey } from './authorization.ts';
import { RegistryError } from './registry-error.ts';

/**
 * Authorizes one request. Each challenge is answered once with credentials made for this request; a refused cached
 * token may just have expired, and proves nothing.
 */
export class Negotiation {
  readonly #authorization: Authorization;
  readonly #scope: string;
  /** Keys of failed answers. */
  readonly #tried = new Set<string>();
  #open: readonly Answerable[];
  /** Whether the registry itself has stated what this request needs. */
  #isChallenged = false;
  #sent: Sent | undefined;
  #failure: RegistryError | undefined;

  constructor(authorization: Authorization, scope: string) {
    this.#authorization = authorization;
    this.#scope = scope;
    const way = authorization.wayFor(scope);
    this.#open = way === undefined ? [] : [way];
  }

  /**
   * What to send next; undefined to send no credentials.
   *
   * @throws RegistryError if the registry requires what cannot be provided
   */
  async header(): Promise<string | undefined> {
    this.#sent = undefined;
    for (const way of this.#open) {
      try {
        this.#sent = await this.#authorization.send(way, this.#scope);
        return this.#sent.value;
      } catch (error) {
        if (!(error instanceof RegistryError)) throw error;
        this.#failure ??= error;
        this.#tried.add(this.#keyOf(way));
      }
    }
    // The answer for other repositories may be wrong for this one: without credentials, the registry states what it
    // needs.
    if (this.#isChallenged && this.#failure !== undefined) throw this.#failure;
    return undefined;
  }

  /** Handles a refusal. Returns whether another attempt can help. */
  refused(challenges: readonly Answerable[]): boolean {
    const sent = this.#sent;
    if (sent?.isFinal === true) this.#tried.add(wayKey(sent.way));
    else if (sent !== undefined) this.#authorization.forget(sent, this.#scope);
    if (challenges.length > 0) {
      this.#isChallenged = true;
      this.#authorization.challenged(challenges[0]);
    }
    this.#open = challenges.filter((way) => !this.#tried.has(this.#keyOf(way)));
    if (this.#open.length === 0 && sent?.isFinal === false) this.#open = [sent.way];
    if (this.#open.length === 0 && sent === undefined && this.#failure !== undefined)
      throw this.#failure;
    return this.#open.length > 0;
  }

  /**
   * Handles an answer that is neither a refusal nor a challenge.
   *
   * @throws RegistryError if there are credentials that could not be used, and the registry answered without them: a
   * list for anonymous clients may be shorter
   */
  settled(isOk: boolean): void {
    const authorization = this.#authorization;
    const sent = this.#sent;
    if (sent === undefined) {
      const isKnown = authorization.credentialsFor(this.#scope) !== undefined;
      if (this.#failure !== undefined && isKnown) throw this.#failure;
    } else if (isOk) authorization.accepted(this.#scope, sent.way, this.#tried.size > 0);
  }

  #keyOf(way: Answerable): string {
    return wayKey(way.scheme === 'basic' ? way : { ...way, scope: way.scope ?? this.#scope });
  }
}
