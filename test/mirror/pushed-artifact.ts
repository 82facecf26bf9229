import { digestOf } from './fake-registry.ts';
import type { Descriptor } from '../parts/oci-image.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

async function push(url: string | URL, bytes: string, type: string): Promise<void> {
  const headers = { 'content-type': type };
  const response = await fetch(url, { method: 'PUT', body: bytes, headers });
  if (response.status !== 201)
    throw new Error(`PUT ${String(url)} was answered ${response.status}: ${await response.text()}`);
}

export async function pushBlob(repository: string, bytes: string): Promise<Descriptor> {
  const digest = digestOf(bytes);
  const begun = await fetch(`${repository}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', repository);
  place.searchParams.set('digest', digest);
  await push(place, bytes, 'application/octet-stream');
  return { mediaType: 'application/octet-stream', digest, size: bytes.length };
}

export async function pushManifest(
  repository: string,
  document: { readonly mediaType: string; readonly [key: string]: unknown },
  tag?: string,
): Promise<Descriptor> {
  const text = JSON.stringify(document);
  const { mediaType } = document;
  const digest = digestOf(text);
  await push(`${repository}/manifests/${tag ?? digest}`, text, mediaType);
  return { mediaType, digest, size: text.length };
}

/**
 * Pushes an artifact that refers to a manifest, by the tag schema (OCI distribution-spec 1.1, "Referrers Tag Schema").
 *
 * @param repository its URL, as `http://host/v2/name`
 * @returns its blobs
 */
export async function pushReferrer(
  repository: string,
  subject: Descriptor,
  statement = `a statement about ${subject.digest}`,
): Promise<Descriptor[]> {
  const config = await pushBlob(repository, '{}');
  const layer = await pushBlob(repository, statement);
  const artifact = await pushManifest(repository, {
    mediaType: MANIFEST,
    schemaVersion: 2,
    artifactType: 'application/x-statement',
    config,
    layers: [layer],
    subject,
  });
  const index = { mediaType: INDEX, schemaVersion: 2, manifests: [artifact] };
  await pushManifest(repository, index, subject.digest.replace(':', '-'));
  return [config, layer];
}
