/**
 * Gives the memory of a chunk back at once: a collector that comes only now and then lets some hundred MiB of them pile
 * up. Nothing may touch the chunk afterwards. One that shares its buffer with others is left to the collector.
 */
export function freeChunk({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
