/**
 * Frees the memory of a chunk at once: an infrequent garbage collection lets hundreds of MiB pile up. The chunk must
 * not be used afterwards. A chunk that shares its buffer is left to the collector.
 */
export function freeChunk({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
