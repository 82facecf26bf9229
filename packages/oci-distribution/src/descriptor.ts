import { digestAlgorithm } from './digest.ts';
import { plainMediaType } from './media-type.ts';

/** The platform of an image, as stated by an index (OCI image-spec 1.1, image-index.md, `platform`). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** A reference to content by digest (OCI image-spec 1.1, descriptor.md). */
export interface Descriptor {
  /** Without parameters, in lower case; empty if missing. */
  readonly mediaType: string;
  readonly digest: string;
  /** In bytes; undefined in schema 1, which does not state it. */
  readonly size: number | undefined;
  readonly platform?: Platform;
  /** URLs to fetch the content from; a descriptor with URLs is often not in the registry at all. */
  readonly urls?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Whether a value of a JSON document is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function platformOf(value: unknown): Platform | undefined {
  if (!isObject(value)) return undefined;
  const { os, architecture, variant } = value;
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  // Go programs write empty strings for an unknown platform.
  if (os === '' || architecture === '') return undefined;
  return { os, architecture, ...(typeof variant === 'string' && { variant }) };
}

function textsOf(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  const texts: Record<string, string> = {};
  for (const [key, text] of Object.entries(value)) if (typeof text === 'string') texts[key] = text;
  return texts;
}

/** A digest in a document. @throws SyntaxError if it is invalid */
export function readDigest(value: unknown): string {
  if (typeof value !== 'string' || digestAlgorithm(value) === undefined)
    throw new SyntaxError(
      `cannot read digest ${JSON.stringify(value)}: expected an algorithm, ":" and the encoded hash`,
    );
  return value;
}

/**
 * Reads a descriptor in a document.
 *
 * @throws SyntaxError if its digest or size is invalid
 */
export function readDescriptor(value: unknown): Descriptor {
  if (!isObject(value))
    throw new SyntaxError(
      `cannot read descriptor ${JSON.stringify(value)}: expected an object with a digest and a size`,
    );
  const { mediaType, size, urls } = value;
  const digest = readDigest(value['digest']);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new SyntaxError(
      `cannot read size ${JSON.stringify(size)} of ${digest}: expected a number of bytes`,
    );
  const platform = platformOf(value['platform']);
  const annotations = textsOf(value['annotations']);
  const places = Array.isArray(urls)
    ? urls.filter((url): url is string => typeof url === 'string')
    : [];
  return {
    mediaType: typeof mediaType === 'string' ? plainMediaType(mediaType) : '',
    digest,
    size,
    ...(platform !== undefined && { platform }),
    ...(places.length > 0 && { urls: places }),
    ...(annotations !== undefined && { annotations }),
  };
}
