import { errorCode } from '@archeio/plain-errors';

/** Listens; on a machine without IPv6, replaces the IPv6 wildcard by the IPv4 one. Fails like `listen`. */
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
