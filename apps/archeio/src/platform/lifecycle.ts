import type { HealthCheck } from '@archeio/redirect';

/** Where a process is in its life; health checks are answered from it. The health of backends plays no part in it. */
export class Lifecycle {
  #phase: 'starting' | 'ready' | 'stopping' = 'starting';
  #impaired = false;

  /** Configuration and ranges are loaded, and the server listens. */
  ready(): void {
    if (this.#phase === 'starting') this.#phase = 'ready';
  }

  /** Unready, for as long as a part of all connections is not answered. */
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
