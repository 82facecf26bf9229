import { isObject } from './descriptor.ts';

function decodeBase64Url(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function parse(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * The signed content of a Docker schema 1 manifest: its beginning, and the end that the signatures displaced. Its
 * digest covers this content, whatever media type the registry states. Undefined if it is not signed.
 *
 * distribution, "Image Manifest V 2, Schema 1", section "Signed Manifests".
 */
export function signedPayload(manifest: Uint8Array): Uint8Array | undefined {
  const document = parse(manifest);
  if (!isObject(document) || document['schemaVersion'] !== 1) return undefined;
  const [signature]: unknown[] = Array.isArray(document['signatures'])
    ? document['signatures']
    : [];
  const header = isObject(signature) ? signature['protected'] : undefined;
  const format = typeof header === 'string' ? parse(decodeBase64Url(header)) : undefined;
  if (!isObject(format)) return undefined;
  const { formatLength: length, formatTail } = format;
  const tail = typeof formatTail === 'string' ? decodeBase64Url(formatTail) : undefined;
  const isLength = typeof length === 'number' && Number.isSafeInteger(length) && length >= 0;
  if (!isLength || length > manifest.length || tail === undefined) return undefined;
  const payload = new Uint8Array(length + tail.length);
  payload.set(manifest.subarray(0, length));
  payload.set(tail, length);
  return payload;
}
