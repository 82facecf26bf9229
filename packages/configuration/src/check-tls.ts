import { error, type Finding } from './finding.ts';
import { isSameAddress } from './same-address.ts';
import type { ValidParts } from './valid-parts.ts';

/** A redirect port that another listener uses. */
export function* redirectPort({ listen, tls }: ValidParts): Generator<Finding> {
  const port = tls?.redirect?.port;
  if (listen === undefined || port === undefined || port === 0) return;
  const path = ['tls', 'redirect', 'port'];
  if (port === listen.port)
    yield error(path, `port ${port} is already listen.port: choose another for plain HTTP`);
  else if (port === listen.admin.port && isSameAddress(listen.host, listen.admin.host))
    yield error(path, `port ${port} is already listen.admin.port: choose another for plain HTTP`);
}
