import { errorCode } from '@archeio/plain-errors';

/** Listens; an IPv6 wildcard on a machine without IPv6 becomes the IPv4 wildcard. Fails as `listen` does. */
export async function onAnyAddress<T>(
  host: string,
  listen: (host: string) => Promise<T>,
): Promise<T> {
  try {
    return await listen(host);
  } catch (error) {
    if (host !== '::' || errorCode(error) !== 'EAFNOSUPPORT') throw error;
    return await listen('0.0.0.0');
  }
}
