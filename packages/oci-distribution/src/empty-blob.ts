import { digestAlgorithm } from './digest.ts';

/** The digests of zero bytes, for every known algorithm. */
const EMPTY_BLOBS: ReadonlySet<string> = new Set([
  'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
  'blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
]);

/** Whether the digest is that of the empty blob. */
export function isEmptyBlob(digest: string): boolean {
  return EMPTY_BLOBS.has(digest);
}

/** Whether the blob of this digest can have this size: only the empty blob has 0 bytes. */
export function mayHaveSize(digest: string, size: number): boolean {
  return digestAlgorithm(digest) === 'other' || (size === 0) === isEmptyBlob(digest);
}
