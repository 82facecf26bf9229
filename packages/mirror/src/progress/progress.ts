import { NamesInProgress } from './names-in-progress.ts';

/** The progress of a run. All numbers only grow. */
export class Progress {
  readonly blobsTotal: number;
  readonly bytesTotal: number;
  /** Repositories whose blobs are being copied. */
  readonly current = new NamesInProgress();
  blobs = 0;
  failed = 0;
  /** Bytes that have been read. */
  bytes = 0;
  readonly #begun: number;
  readonly #now: () => number;

  constructor(blobs: readonly { readonly size: number | undefined }[], now: () => number) {
    this.blobsTotal = blobs.length;
    this.bytesTotal = blobs.reduce((bytes, { size }) => bytes + (size ?? 0), 0);
    this.#now = now;
    this.#begun = now();
  }

  begin(repository: string): void {
    this.current.begin(repository);
  }

  end(repository: string, failed: boolean): void {
    this.current.end(repository);
    this.blobs++;
    if (failed) this.failed++;
  }

  get seconds(): number {
    return (this.#now() - this.#begun) / 1000;
  }

  get bytesPerSecond(): number {
    return this.seconds > 0 ? this.bytes / this.seconds : 0;
  }

  /** Seconds left at this rate; undefined if unknown. */
  get left(): number | undefined {
    return this.bytes === 0 || this.seconds < 1
      ? undefined
      : Math.max(0, this.bytesTotal - this.bytes) / this.bytesPerSecond;
  }
}
