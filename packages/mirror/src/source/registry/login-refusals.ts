import type { Credentials } from '../credentials/docker-credentials.ts';
import { RegistryError } from './registry-error.ts';

/** Refusals in a row, before the first success; accounts get locked after more than this. */
const MOST_REFUSALS = 5;

interface Tried {
  refusals: number;
  isGood: boolean;
}

/**
 * Counts refused logins at token servers. A run with a wrong password requests each repository, and must not fail to
 * log in that often.
 */
export class LoginRefusals {
  readonly #tried = new Map<Credentials, Map<string, Tried>>();

  /** Sends a request to a token server, unless the server has refused these credentials too often. */
  async unlessRefused<T>(
    credentials: Credentials | undefined,
    server: string,
    ask: () => Promise<T>,
  ): Promise<T> {
    if (credentials === undefined) return ask();
    const servers = this.#tried.get(credentials) ?? new Map<string, Tried>();
    this.#tried.set(credentials, servers);
    const tried = servers.get(server) ?? { refusals: 0, isGood: false };
    servers.set(server, tried);
    if (!tried.isGood && tried.refusals >= MOST_REFUSALS)
      throw new RegistryError(
        `the token server ${server} has refused the credentials of Docker's configuration ${MOST_REFUSALS} times: giving up`,
        401,
      );
    try {
      const given = await ask();
      tried.isGood = true;
      return given;
    } catch (error) {
      if (error instanceof RegistryError && error.status === 401) tried.refusals++;
      throw error;
    }
  }
}
