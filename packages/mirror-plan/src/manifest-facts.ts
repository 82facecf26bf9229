import type { Manifest } from '@archeio/oci-distribution';
import type { ReadManifest } from './source.ts';

/** What makes a manifest a referrer, for the lists of its subject's referrers. */
export interface ReferrerFacts {
  /** Digest of the manifest that it refers to. */
  readonly subject: string;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a copy knows about a manifest without reading it again. */
export interface ManifestFacts {
  readonly mediaType: string;
  readonly size: number;
  /** Digests of the manifests that it lists, which a client expects to find. */
  readonly entries: readonly string[];
  readonly referrer?: ReferrerFacts;
}

interface ManifestDocument {
  readonly artifactType?: unknown;
  readonly config?: { readonly mediaType?: unknown } | null;
  readonly annotations?: unknown;
}

const nonEmpty = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** What a copy has to know of a manifest. */
export function manifestFacts(
  { text, bytes }: Pick<ReadManifest, 'text' | 'bytes'>,
  manifest: Manifest,
  entries: readonly string[],
): ManifestFacts {
  const referrer = referrerFacts(text, manifest);
  const { mediaType } = manifest;
  return { mediaType, size: bytes.length, entries, ...(referrer !== undefined && { referrer }) };
}

/** The same without entries that do not exist at the source. */
export function withoutEntries(
  manifests: ReadonlyMap<string, ManifestFacts>,
  gone: ReadonlySet<string>,
): ReadonlyMap<string, ManifestFacts> {
  if (gone.size === 0) return manifests;
  return new Map(
    [...manifests].map(([digest, facts]) => [
      digest,
      { ...facts, entries: facts.entries.filter((entry) => !gone.has(entry)) },
    ]),
  );
}

/**
 * What a list of referrers says about a manifest; undefined if it does not refer to another.
 *
 * OCI distribution-spec 1.1, "Listing Referrers": the artifact type is that of the manifest, or else the media type of
 * its configuration; annotations are those of the manifest.
 *
 * @param text the manifest, already parsed once
 */
export function referrerFacts(text: string, manifest: Manifest): ReferrerFacts | undefined {
  if (manifest.kind === 'schema1' || manifest.subject === undefined) return undefined;
  const { artifactType, config, annotations }: ManifestDocument = JSON.parse(text);
  const type = nonEmpty(artifactType) ?? nonEmpty(config?.mediaType);
  const texts = Object.entries(annotations ?? {}).filter(
    (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    subject: manifest.subject.digest,
    ...(type !== undefined && { artifactType: type }),
    ...(texts.length > 0 && { annotations: Object.fromEntries(texts) }),
  };
}
