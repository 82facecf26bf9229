import type { Credentials } from './standing-credentials.ts';

/** A signature is for one method: what is signed for GET is refused for HEAD. */
export type SignedMethod = 'GET' | 'HEAD';

/** Signed URLs in one generation; with a session token one takes about 2 KiB. */
const GENERATION = 1024;

/** The part of a URL's life in which it is handed out again: three quarters are left for the client at least. */
const SHARE = 1 / 4;

/** Signatures name the second and how many seconds they hold (SigV4: X-Amz-Date, X-Amz-Expires). */
const SECOND = 1000;

interface SignedUrl {
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** URLs that were signed lately: many clients pull the same blobs at the same time. Bounded: two generations. */
export class SignedUrls {
  readonly #lifetime: number;
  #credentials: Credentials | undefined;
  #young = new Map<string, SignedUrl>();
  #old = new Map<string, SignedUrl>();

  /** @param expires how long a signature holds, in milliseconds */
  constructor(expires: number) {
    this.#lifetime = Math.floor(expires / SECOND) * SECOND * SHARE;
  }

  get(
    credentials: Credentials,
    url: string,
    method: SignedMethod,
    now: number,
  ): string | undefined {
    if (credentials !== this.#credentials) return undefined;
    const key = method + url;
    const found = this.#young.get(key) ?? this.#old.get(key);
    return found !== undefined && now < found.until ? found.url : undefined;
  }

  put(
    credentials: Credentials,
    url: string,
    method: SignedMethod,
    now: number,
    signed: string,
  ): void {
    if (credentials !== this.#credentials) {
      this.#credentials = credentials;
      this.#young = new Map();
      this.#old = new Map();
    }
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const signedAt = Math.floor(now / SECOND) * SECOND;
    this.#young.set(method + url, { url: signed, until: signedAt + this.#lifetime });
  }
}
