import type { Backend, Presence, Recorder, Route } from '@archeio/redirect';
import type { Backends, DecisionSink } from './backends.ts';
import type { Observation } from './observation.ts';

/**
 * The backends that a plan considers, reported to the sink once the plan's decision is final. One object serves all
 * requests of a handler, so that a known answer allocates nothing.
 */
export class LookedAt implements Recorder {
  readonly #backends: Backend[] = [];
  readonly #presences: (Presence | undefined)[] = [];
  #count = 0;

  /** Forgets the backends of an earlier plan. */
  forNextPlan(): this {
    this.#count = 0;
    return this;
  }

  candidate(backend: Backend, presence: Presence | undefined): void {
    this.#backends[this.#count] = backend;
    this.#presences[this.#count++] = presence;
  }

  /** Reports to the sink the backends that the plan considered, and those that an inventory ruled out. */
  tell(
    sink: Pick<DecisionSink, 'considered'>,
    states: Pick<Backends, 'provenAbsentBy'>,
    route: Route,
    observation?: Pick<Observation, 'considered'>,
  ): void {
    for (let at = 0; at < this.#count; at++) {
      const backend = this.#backends[at];
      const ruledOut =
        this.#presences[at] === 'absent' &&
        backend.kind === 'store' &&
        route.kind === 'blob' &&
        states.provenAbsentBy(backend, route.digest) !== undefined;
      sink.considered(backend, ruledOut);
      observation?.considered(backend, this.#presences[at]);
    }
  }
}
