import { MANIFEST_MEDIA_TYPES } from '@archeio/oci-distribution';
import { digestOf } from '../fake-registry.ts';

const ACCEPT = MANIFEST_MEDIA_TYPES.join(', ');

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
  return digestOf(body);
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
