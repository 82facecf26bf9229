import type { Credentials } from './standing-credentials.ts';

/** A signature is for one method: a URL signed for GET is refused for HEAD. */
export type SignedMethod = 'GET' | 'HEAD';

/** Maximum number of signed URLs in one generation; with a session token, one takes about 2 KiB. */
const GENERATION = 1024;

/** The part of a URL's lifetime in which it is reused, so that a client has at least three quarters of it. */
const SHARE = 1 / 4;

/** Signatures state their time and lifetime in seconds (SigV4: X-Amz-Date, X-Amz-Expires). */
const SECOND = 1000;

interface SignedUrl {
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Recently signed URLs, because many clients pull the same blobs at the same time. Bounded by two generations. */
export class SignedUrls {
  readonly #lifetime: number;
  #credentials: Credentials | undefined;
  #young = new Map<string, SignedUrl>();
  #old = new Map<string, SignedUrl>();

  /** @param expires lifetime of a signature, in milliseconds */
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
