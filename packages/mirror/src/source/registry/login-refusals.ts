import type { Credentials } from '../credentials/docker-credentials.ts';
import { RegistryError } from './registry-error.ts';

/** In a row, and before anything was given; accounts are locked after more than that. */
const MOST_REFUSALS = 5;

interface Tried {
  refusals: number;
  isGood: boolean;
}

/**
 * What token servers said to credentials. A run with a wrong password asks for each repository, and must not fail to
 * log in as often as that.
 */
export class LoginRefusals {
  readonly #tried = new Map<Credentials, Map<string, Tried>>();

  /** Asks a token server, unless it has refused these credentials too often. */
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
        `the token server ${server} has refused the credentials of Docker's configuration ${MOST_REFUSALS} times: not asked again`,
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
