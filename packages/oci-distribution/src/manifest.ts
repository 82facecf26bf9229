import { type Descriptor, isObject, readDescriptor, readDigest } from './descriptor.ts';
import { plainMediaType } from './media-type.ts';

/** A manifest of any kind. */
export type Manifest =
  /** A list of manifests by platform or purpose: an OCI image index or a Docker manifest list. */
  | {
      readonly kind: 'index';
      readonly mediaType: string;
      readonly manifests: readonly Descriptor[];
      readonly subject?: Descriptor;
    }
  /** An OCI image manifest for any artifact type, a Docker schema 2 manifest, or an OCI artifact manifest. */
  | {
      readonly kind: 'image';
      readonly mediaType: string;
      /** The configuration first, if there is one, then the layers in order. */
      readonly blobs: readonly Descriptor[];
      readonly subject?: Descriptor;
    }
  /** Docker's schema 1: layers without sizes, often with repetitions. */
  | {
      readonly kind: 'schema1';
      readonly mediaType: string;
      readonly blobs: readonly Descriptor[];
    };

/** Schema 1 with a signature, which covers only a part of the manifest: the digest is of that part. */
export const SIGNED_SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+json';

/** Value of `Accept` for clients that read every kind of manifest. */
export const MANIFEST_MEDIA_TYPES: readonly string[] = Object.freeze([
  OCI_INDEX,
  'application/vnd.oci.image.manifest.v1+json',
  DOCKER_LIST,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.artifact.manifest.v1+json',
  SIGNED_SCHEMA_1,
  SCHEMA_1,
]);

const INDEX_MEDIA_TYPES: ReadonlySet<string> = new Set([OCI_INDEX, DOCKER_LIST]);
const IMAGE_KEYS: readonly string[] = ['config', 'layers', 'blobs'];

function readList(document: Readonly<Record<string, unknown>>, key: string): Descriptor[] {
  const list = document[key];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new SyntaxError(`cannot read manifest: ${key} is not a list`);
  return list.map((each) => readDescriptor(each));
}

function readSchema1(layers: unknown, mediaType: string): Manifest {
  if (!Array.isArray(layers))
    throw new SyntaxError('cannot read manifest: schema 1 without fsLayers');
  const digests = new Set(
    layers.map((layer: unknown) => readDigest(isObject(layer) ? layer['blobSum'] : layer)),
  );
  const blobs = [...digests].map((digest) => ({
    mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    digest,
    size: undefined,
  }));
  return { kind: 'schema1', mediaType, blobs };
}

/** Programs write null for lists that are empty or unused: it counts only if there is nothing else. */
function isIndexDocument(document: Readonly<Record<string, unknown>>, mediaType: string): boolean {
  const has = (key: string): boolean => document[key] !== undefined && document[key] !== null;
  let isIndex = has('manifests');
  let isImage = IMAGE_KEYS.some((key) => has(key));
  if (!isIndex && !isImage) {
    const isNamedIndex = INDEX_MEDIA_TYPES.has(mediaType);
    const isNamedImage = !isNamedIndex && MANIFEST_MEDIA_TYPES.includes(mediaType);
    isIndex = document['manifests'] === null && !isNamedImage;
    isImage = IMAGE_KEYS.some((key) => document[key] === null) && !isNamedIndex;
  }
  if (isIndex === isImage)
    throw new SyntaxError(
      `cannot read manifest: expected either manifests, or config and layers${isIndex ? ', but it has both' : ''}`,
    );
  return isIndex;
}

/**
 * Parses a manifest of any kind found in registries. Its content determines the kind; the media type is used only if
 * the content does not name it.
 *
 * OCI image-spec 1.1, manifest.md and image-index.md; Docker image manifest version 2, schema 1 and 2.
 *
 * @param contentType as the registry sent it
 * @throws SyntaxError if it is not a manifest, or if it is ambiguous (CVE-2021-41190)
 */
export function parseManifest(text: string, contentType = ''): Manifest {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new SyntaxError('cannot read manifest: it is not JSON');
  }
  if (!isObject(document)) throw new SyntaxError('cannot read manifest: it is not an object');
  const own = document['mediaType'];
  const named = plainMediaType(typeof own === 'string' ? own : contentType);
  if (document['schemaVersion'] === 1)
    return readSchema1(document['fsLayers'], named === '' ? SCHEMA_1 : named);

  const isIndex = isIndexDocument(document, named);
  const subject = isObject(document['subject']) ? readDescriptor(document['subject']) : undefined;
  const mediaType = named === '' ? MANIFEST_MEDIA_TYPES[isIndex ? 0 : 1] : named;
  const base = { mediaType, ...(subject !== undefined && { subject }) };
  if (isIndex) return { kind: 'index', ...base, manifests: readList(document, 'manifests') };
  const config = isObject(document['config']) ? [readDescriptor(document['config'])] : [];
  return {
    kind: 'image',
    ...base,
    blobs: [...config, ...readList(document, 'layers'), ...readList(document, 'blobs')],
  };
}
