import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { escapePath } from './escape-path.ts';
import type { Credentials } from './standing-credentials.ts';
import type { SignedMethod } from './signed-urls.ts';

/** Tells the library that a signed URL covers no body; neither sent nor signed. */
const CONTENT = 'x-amz-content-sha256';
const ONLY_CONTENT = new Set([CONTENT]);

/** Signs URLs of one bucket's objects in their query (AWS Signature Version 4, as S3 reads it). */
export class UrlSigner {
  readonly #expiresIn: number;
  readonly #region: string;
  readonly #signers = new WeakMap<Credentials, SignatureV4>();

  /** @param options.expires lifetime of a signature, in milliseconds */
  constructor({ region, expires }: { readonly region: string; readonly expires: number }) {
    this.#region = region;
    this.#expiresIn = Math.floor(expires / 1000);
  }

  /** @param now milliseconds since 1970 */
  async sign(
    credentials: Credentials,
    url: string,
    method: SignedMethod,
    now: number,
  ): Promise<string> {
    const { protocol, host, pathname, searchParams } = new URL(url);
    const path = escapePath(pathname);
    const { query = {} } = await this.#signerFor(credentials).presign(
      {
        method,
        protocol,
        hostname: host,
        path,
        query: Object.fromEntries(searchParams),
        headers: { host, [CONTENT]: 'UNSIGNED-PAYLOAD' },
      },
      {
        signingDate: new Date(now),
        expiresIn: this.#expiresIn,
        unhoistableHeaders: ONLY_CONTENT,
        unsignableHeaders: ONLY_CONTENT,
      },
    );
    const fields = Object.entries(query).map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
    );
    return `${protocol}//${host}${path}?${fields.join('&')}`;
  }

  #signerFor(credentials: Credentials): SignatureV4 {
    let signer = this.#signers.get(credentials);
    if (signer === undefined) {
      signer = new SignatureV4({
        credentials,
        region: this.#region,
        service: 's3',
        sha256: Sha256,
        // Unlike other services, S3 signs the path as it is sent, escaped once.
        uriEscapePath: false,
      });
      this.#signers.set(credentials, signer);
    }
    return signer;
  }
}
