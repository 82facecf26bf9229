import type { Credentials } from '../credentials/docker-credentials.ts';
import { RegistryError } from './registry-error.ts';

/** Error for a registry that requires credentials which Docker's configuration lacks. */
export function missingCredentials(
  { host }: URL,
  credentials: Credentials | undefined,
): RegistryError {
  const why =
    credentials === undefined
      ? "requires credentials, but Docker's configuration has none for it"
      : "requires a password, but Docker's configuration has only an identity token for it";
  return new RegistryError(`the registry ${host} ${why}: run "docker login ${host}"`, 401);
}
