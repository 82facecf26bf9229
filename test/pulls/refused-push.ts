import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runClean } from '../parts/clean-command.ts';
import { PODMAN, PODMAN_COMMAND } from '../parts/clients/podman.ts';
import { startFront } from './front.ts';
import type { Findings } from './findings.ts';
import { UNKNOWN } from './networks.ts';
import type { Scene } from './scene.ts';

/** R1: who pushes is told so in words that their client prints. */
export function refusedPush(scene: () => Scene, findings: Findings): void {
  test('podman push is refused with 405 and an OCI error that podman prints', async () => {
    await using front = await startFront(scene(), 'bun', scene().configuration(), UNKNOWN);
    await scene().use(async (surroundings) => {
      const { repository, image } = scene().small;
      const source = { host: front.host, repository, reference: image.tag, image };
      await PODMAN.pull(source, surroundings);
      front.taken();
      const pulled = `${front.host}/${repository}:${image.tag}`;
      const push = [...PODMAN_COMMAND, 'push', '--tls-verify=false'];
      const { code, stderr } = await runClean(
        [...push, pulled, `${front.host}/elsewhere:1`],
        surroundings,
      );
      const message = /unsupported: [^"\n]*/i.exec(stderr)?.[0];
      assert.notEqual(code, 0);
      assert.equal(
        message,
        'unsupported: this registry is read-only: GET and HEAD are answered',
        stderr,
      );
      const refused = front.taken().filter(({ status }) => status === 405);
      assert.deepEqual([...new Set(refused.map(({ method }) => method))], ['POST']);
      findings.refusedPush = message;
    });
  });
}
