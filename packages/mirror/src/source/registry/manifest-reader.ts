import {
  digestAlgorithm,
  MANIFEST_MEDIA_TYPES,
  plainMediaType,
  SIGNED_SCHEMA_1,
  signedPayload,
} from '@archeio/oci-distribution';
import type { ReadManifest, ResolvedTag } from '@archeio/mirror-plan';
import { digestOf, hasDigest, proveDigest, tryVerifiableAlgorithm } from '../../prove-digest.ts';
import { pull } from './authorization.ts';
import type { RegistryClient } from './registry-client.ts';
import { RegistryError } from './registry-error.ts';

const ACCEPT = MANIFEST_MEDIA_TYPES.join(', ');
/** The distribution specification asks registries to accept at least 4 MiB; this leaves room. */
const LARGEST_MANIFEST = 32 * 1024 * 1024;

/** A registry that refuses HEAD may still answer GET. Excludes 429, which asks for a pause. */
const HEAD_REFUSED: readonly number[] = [
  ...Array.from({ length: 100 }, (_, at) => 400 + at).filter((status) => status !== 429),
  501,
];
/** Statuses that show that HEAD is not supported at all. */
const WITHOUT_HEAD: ReadonlySet<number> = new Set([405, 501]);

/** Reads manifests of a registry by full name, and verifies the received bytes. */
export class ManifestReader {
  readonly #client: RegistryClient;
  /** Repositories that support GET but not HEAD for manifests. */
  readonly #withoutHead = new Set<string>();

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  async resolve(repository: string, tag: string): Promise<ResolvedTag> {
    const isAsked = !this.#withoutHead.has(repository);
    const digest = isAsked ? await this.#head(repository, tag) : undefined;
    if (digest !== undefined) return { digest };
    const manifest = await this.taggedManifest(repository, tag);
    return { digest: manifest.digest, manifest };
  }

  /**
   * The digest that the registry states for a tag; undefined if it states none that can be verified, or refuses the
   * method (google/go-containerregistry#971).
   */
  async #head(repository: string, tag: string): Promise<string | undefined> {
    try {
      const { response } = await this.#client.request(`/v2/${repository}/manifests/${tag}`, {
        method: 'HEAD',
        scope: pull(repository),
        headers: { accept: ACCEPT },
        also: HEAD_REFUSED,
      });
      if (WITHOUT_HEAD.has(response.status)) this.#withoutHead.add(repository);
      const digest = response.headers.get('docker-content-digest') ?? '';
      return response.ok && tryVerifiableAlgorithm(digest) !== undefined ? digest : undefined;
    } catch (error) {
      const status = error instanceof RegistryError ? error.status : 0;
      if (status === 0 || status === 429) throw error;
      // The GET had its retries: do not retry again.
      this.#withoutHead.add(repository);
      return undefined;
    }
  }

  async manifest(repository: string, digest: string): Promise<ReadManifest> {
    const { bytes, contentType } = await this.#manifest(repository, digest);
    const payload = hasDigest(digest, bytes) ? bytes : signedPayload(bytes);
    if (payload !== undefined || contentType !== SIGNED_SCHEMA_1)
      proveDigest('manifest', digest, payload ?? bytes);
    return { digest, text: new TextDecoder().decode(bytes), bytes, contentType };
  }

  async taggedManifest(repository: string, tag: string): Promise<ReadManifest> {
    const { bytes, contentType, said } = await this.#manifest(repository, tag);
    const payload = signedPayload(bytes);
    const isUnknown = contentType === SIGNED_SCHEMA_1 && payload === undefined;
    const hashed = payload ?? bytes;
    const isBelieved =
      digestAlgorithm(said) !== undefined && (isUnknown || hasDigest(said, hashed));
    const digest = isBelieved ? said : digestOf('sha256', hashed);
    return { digest, text: new TextDecoder().decode(bytes), bytes, contentType };
  }

  async #manifest(repository: string, reference: string) {
    const target = `/v2/${repository}/manifests/${reference}`;
    const request = { scope: pull(repository), headers: { accept: ACCEPT } };
    const { headers, bytes } = await this.#client.bytes(target, request, LARGEST_MANIFEST);
    if (bytes === undefined)
      throw new RegistryError(`cannot read manifest ${target}: it is larger than 32 MiB`, 0);
    return {
      bytes,
      contentType: plainMediaType(headers.get('content-type') ?? ''),
      /** The digest that the registry states; often missing. */
      said: headers.get('docker-content-digest') ?? '',
    };
  }
}
