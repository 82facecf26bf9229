import type { Credentials } from '../credentials/docker-credentials.ts';
import { RegistryError } from './registry-error.ts';

/** A registry that wants credentials which Docker's configuration does not have. */
export function missingCredentials(
  { host }: URL,
  credentials: Credentials | undefined,
): RegistryError {
  const why =
    credentials === undefined
      ? "asks for credentials, and Docker's configuration has none for it"
      : "asks for a password, and Docker's configuration has only an identity token for it";
  return new RegistryError(`the registry ${host} ${why}: run "docker login ${host}"`, 401);
}
