import type { BackendState, HealthOptions } from '../backend-record.ts';
import type { ProbeOutcome } from '../canary.ts';
import type { Observation } from '../observation.ts';

/** An event of a backend. */
export type Happening =
  | { readonly what: Observation; readonly subject: string }
  | { readonly what: 'trial' }
  | { readonly what: 'canary'; readonly outcome: ProbeOutcome };

/** The state that the reference implementation computes for a moment. */
export interface Reading {
  readonly state: BackendState;
  readonly mayTry: boolean;
  readonly canaryFailed: boolean;
  /** When it becomes due for a trial by time alone. */
  readonly trialFrom: number | undefined;
}

/** A slow reference implementation: it replays everything seen of one backend for every question. */
export class ObviousBackend {
  readonly #history: { readonly happening: Happening; readonly at: number }[] = [];
  readonly #options: HealthOptions;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  see(happening: Happening, at: number): void {
    this.#history.push({ happening, at });
  }

  read(now: number): Reading {
    const { breaker, canary } = this.#options;
    let failed = new Set<string>();
    let openUntil: number | undefined;
    let trialUntil: number | undefined;
    let ejected = false;
    let failures = 0;
    let passes = 0;
    for (const { happening, at } of this.#history) {
      if (happening.what === 'canary') {
        if (happening.outcome === 'fail') {
          failures++;
          passes = 0;
          if (failures >= canary.failures) ejected = true;
        }
        if (happening.outcome === 'pass') {
          failures = 0;
          passes++;
          if (passes >= canary.passes && (ejected || openUntil !== undefined)) {
            ejected = false;
            [openUntil, trialUntil, failed] = [undefined, undefined, new Set()];
          }
        }
        if (happening.outcome === 'none' && ejected) {
          ejected = false;
          failures = canary.failures - 1;
          passes = 0;
          [openUntil, trialUntil, failed] = [at, undefined, new Set()];
        }
      } else if (ejected) {
        // Observations of clients' checks are ignored.
      } else if (openUntil === undefined) {
        if (happening.what === 'answer') failed = new Set();
        if (happening.what === 'failure') failed.add(happening.subject);
        if (failed.size >= breaker.failures) {
          openUntil = at + breaker.openFor;
          passes = 0;
        }
      } else if (at >= openUntil) {
        if (happening.what === 'trial') trialUntil = at + breaker.openFor;
        if (happening.what === 'nothing') trialUntil = undefined;
        if (happening.what === 'answer') {
          [openUntil, trialUntil, failed] = [undefined, undefined, new Set()];
        }
        if (happening.what === 'failure' && trialUntil !== undefined) {
          [openUntil, trialUntil] = [at + breaker.openFor, undefined];
          passes = 0;
        }
      }
    }
    const canaryFailed = ejected || failures > 0;
    const trialFrom = ejected ? undefined : openUntil;
    if (ejected || (openUntil !== undefined && now < openUntil)) {
      return { state: 'down', mayTry: false, canaryFailed, trialFrom };
    }
    if (openUntil === undefined) return { state: 'up', mayTry: false, canaryFailed, trialFrom };
    const mayTry = trialUntil === undefined || now >= trialUntil;
    return { state: 'trial', mayTry, canaryFailed, trialFrom };
  }
}
