import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Radosgw, startRadosgw } from '../../parts/radosgw.ts';
import { Bucket } from '../bucket.ts';
import { Directory } from '../place.ts';
import type { Surroundings } from './upkeep-run.ts';

/** The same tests of upkeep for directories and S3. */
export const KINDS = ['a directory', 'S3'] as const;
export type Kind = (typeof KINDS)[number];

/** Runs S3 once for a test file; each test has its own place in it. */
export class Places implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'archeio-upkeep-'));
  #radosgw: Radosgw | undefined;
  #made = 0;

  async start(): Promise<void> {
    this.#radosgw = await startRadosgw(this.folder);
  }

  of(kind: Kind): Surroundings {
    const radosgw = this.#radosgw!;
    return {
      folder: this.folder,
      makePlace: async () => {
        const name = `place-${this.#made++}`;
        if (kind === 'a directory') return new Directory(join(this.folder, name));
        await radosgw.makeBucket(name, 'private');
        return new Bucket(radosgw.url, name);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#radosgw?.[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }
}
