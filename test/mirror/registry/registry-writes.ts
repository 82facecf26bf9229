import { createHash } from 'node:crypto';
import { MANIFEST_MEDIA_TYPES } from '@archeio/oci-distribution';

const ACCEPT = MANIFEST_MEDIA_TYPES.join(', ');

export const sha256Of = (content: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function answered(response: Response, wanted: readonly number[]): Promise<Response> {
  if (!wanted.includes(response.status))
    throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response;
}

/** Makes a tag of a registry name the manifest of a reference. @returns its digest */
export async function setTag(
  url: string,
  repository: string,
  tag: string,
  reference: string,
): Promise<string> {
  const at = (each: string): string => `${url}/v2/${repository}/manifests/${each}`;
  const found = await answered(await fetch(at(reference), { headers: { accept: ACCEPT } }), [200]);
  const body = Buffer.from(await found.arrayBuffer());
  const headers = { 'content-type': found.headers.get('content-type') ?? '' };
  await answered(await fetch(at(tag), { method: 'PUT', headers, body }), [201]);
  return sha256Of(body);
}

/** Deletes a manifest, and with it the tags that name it. */
export async function deleteManifest(
  url: string,
  repository: string,
  digest: string,
): Promise<void> {
  const target = `${url}/v2/${repository}/manifests/${digest}`;
  await answered(await fetch(target, { method: 'DELETE' }), [202]);
}

/** Pushes a blob. @returns its descriptor */
export async function pushBlob(
  url: string,
  repository: string,
  content: string,
  mediaType = 'application/octet-stream',
): Promise<{ readonly mediaType: string; readonly digest: string; readonly size: number }> {
  const digest = sha256Of(content);
  const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const place = new URL((await answered(begun, [202])).headers.get('location') ?? '', url);
  place.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  await answered(await fetch(place, { method: 'PUT', headers, body: content }), [201]);
  return { mediaType, digest, size: Buffer.byteLength(content) };
}

/** Pushes a manifest of any kind. @returns its descriptor */
export async function pushManifest(
  url: string,
  repository: string,
  manifest: { readonly mediaType: string },
  tag?: string,
): Promise<{ readonly mediaType: string; readonly digest: string; readonly size: number }> {
  const body = JSON.stringify(manifest);
  const digest = sha256Of(body);
  const target = `${url}/v2/${repository}/manifests/${tag ?? digest}`;
  const headers = { 'content-type': manifest.mediaType };
  await answered(await fetch(target, { method: 'PUT', headers, body }), [201]);
  return { mediaType: manifest.mediaType, digest, size: Buffer.byteLength(body) };
}
