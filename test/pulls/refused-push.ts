import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWith } from '../parts/archeio-process.ts';
import { startBalancer } from '../parts/balancer.ts';
import { runClean } from '../parts/clean-command.ts';
import { PODMAN_COMMAND } from '../parts/clients/podman.ts';
import { UNKNOWN } from './networks.ts';
import type { Scene } from './scene.ts';

/** R1: who pushes is told so in words that their client prints. */
export function refusedPush(scene: () => Scene): void {
  test('podman push is refused with 405 and an OCI error that podman prints', async () => {
    await using archeio = await startWith('bun', scene().configuration());
    await using balancer = await startBalancer(archeio.port, UNKNOWN.address);
    await scene().namespace.open(balancer.port);
    await scene().use(async (surroundings) => {
      const { layout, tag } = scene().small.image;
      const pulled = await runClean([...PODMAN_COMMAND, 'pull', '--quiet', `oci:${layout}:${tag}`], surroundings);
      assert.equal(pulled.code, 0, pulled.stderr);
      const target = `${balancer.host}/pause:${tag}`;
      const { code, stderr } = await runClean(
        [...PODMAN_COMMAND, 'push', '--tls-verify=false', pulled.stdout.trim(), target],
        surroundings,
      );
      console.log(stderr);
      assert.notEqual(code, 0);
    });
    console.log(balancer.taken().map(p=>[p.method,p.target,p.status]));
    scene().namespace.close(balancer.port);
  });
}
