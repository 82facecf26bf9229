import type { HealthCheck } from '@archeio/redirect';

/** The phase of a process, which answers health checks. The health of backends does not matter. */
export class Lifecycle {
  #phase: 'starting' | 'ready' | 'stopping' = 'starting';
  #impaired = false;

  /** Configuration and ranges are loaded, and the server listens. */
  ready(): void {
    if (this.#phase === 'starting') this.#phase = 'ready';
  }

  /** Unready while some connections are not answered. */
  set impaired(impaired: boolean) {
    this.#impaired = impaired;
  }

  /** No longer ready, still alive. */
  stopping(): void {
    this.#phase = 'stopping';
  }

  healthy(check: HealthCheck): boolean {
    switch (check) {
      case 'livez':
        return true;
      case 'startupz':
        return this.#phase !== 'starting';
      case 'readyz':
      case 'healthz':
        return this.#phase === 'ready' && !this.#impaired;
    }
  }
}
