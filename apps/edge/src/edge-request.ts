import type { Incoming } from '@archeio/request-handler';

/** The end of `https://` in a URL: the path begins at the next slash. */
const AFTER_SCHEME = 'https://'.length;

/** Path and query of a URL, as the platform passes it on; it has folded dot segments before. */
function targetOf(url: string): string {
  const path = url.indexOf('/', AFTER_SCHEME);
  return path < 0 ? '/' : url.slice(path);
}

/** A request of the platform for the handler. */
export class EdgeRequest implements Incoming {
  readonly method: string;
  readonly target: string;
  readonly host: string | undefined;
  readonly addressHeader: string | undefined;
  /** The platform shows no connection: the client's address is in a header. */
  readonly peer = undefined;
  requestId: string | undefined = undefined;
  readonly #headers: Headers;

  /** @param addressHeader name of the header with the client's address */
  constructor({ method, url, headers }: Request, addressHeader: string | undefined) {
    this.method = method;
    this.target = targetOf(url);
    this.#headers = headers;
    this.host = this.header('host');
    this.addressHeader = addressHeader === undefined ? undefined : this.header(addressHeader);
  }

  get authorization(): string | undefined {
    return this.header('authorization');
  }

  /** All lines of a header, joined with commas; undefined without one. */
  header(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }
}
