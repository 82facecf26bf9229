import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { writeOciImage } from '../parts/oci-image.ts';
import { CONTINUED } from './followed.ts';
import { WalkThrough } from './walk-through.ts';

/** What a new user does first, word for word except for ports, folders and the image's source. */
test(
  'the walk-through ends with a client that gets its blobs from the store, and the guides continue it',
  { skip: unavailable(['docker-registry', 'nginx', 'skopeo', 'curl']) },
  async () => {
    const source = mkdtempSync(join(tmpdir(), 'getting-started-'));
    const image = writeOciImage(join(source, 'image'), '3.9');
    try {
      await using walk = await WalkThrough.begin((text) =>
        text.replaceAll('docker://registry.k8s.io/pause:3.9', `oci:${image.layout}:3.9`),
      );
      const [decisions, explained] = (await walk.follow('docs/getting-started.md')).slice(-2);
      // Both architectures: each blob once.
      assert.match(
        decisions,
        new RegExp(
          `backend="disk".*rule="R11".* ${image.blobs.length}$|rule="R11".*backend="disk".* ${image.blobs.length}$`,
          'm',
        ),
      );
      assert.match(explained, /decision +R11: 307/);
      for (const guide of CONTINUED) await walk.follow(guide);
    } finally {
      rmSync(source, { recursive: true });
    }
  },
);
