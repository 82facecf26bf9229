import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ArcheioProcess, startWith } from '../parts/archeio-process.ts';
import { NETWORKS } from './networks.ts';
import { expectedSources, observe, sourcesOf } from './observe.ts';
import type { Findings } from './findings.ts';
import { clientNamed, logsOf, PORT_INSIDE, type Scene } from './scene.ts';

/** Clients that reach archeio directly, from public addresses of their own. */
export function pullsByAddress(
  scene: () => Scene,
  clients: readonly string[],
  findings: Findings,
): void {
  describe('through bun, from an address of their own', () => {
    let archeio: ArcheioProcess;
    before(async () => {
      const configuration = scene().configuration({
        listen: { host: '::', port: PORT_INSIDE },
        clientAddress: { topology: 'remote' },
      });
      archeio = await startWith('bun', configuration, scene().namespace);
    });
    after(() => archeio[Symbol.asyncDispose]());

    for (const network of NETWORKS) {
      for (const name of clients) {
        test(`${name} pulls from ${network.name}`, async () => {
          const { small, namespace } = scene();
          const client = clientNamed(scene(), name);
          const expected = expectedSources(client, small, network);
          await namespace.from(network.address);
          const { repository, image } = small;
          const host = `${namespace.host}:${PORT_INSIDE}`;
          const served = await observe(
            logsOf(scene()),
            () =>
              scene().use((surroundings) =>
                client.pull({ host, repository, reference: image.tag, image }, surroundings),
              ),
            (served) => sourcesOf(served).size >= expected.size,
          );
          assert.deepEqual(sourcesOf(served), expected);
          findings.pulls.push({
            client: name,
            runtime: 'bun',
            network: network.name,
            by: 'tag',
            size: 'small',
            known: 'by address',
          });
        });
      }
    }
  });
}
