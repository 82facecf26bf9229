import { markdownTable } from '../../tools/markdown-table.ts';
import type { Findings } from './findings.ts';
import { AWS, NETWORKS } from './networks.ts';

function clientTable({ clients }: Findings): string {
  return markdownTable(
    ['client', 'version', 'asked by', 'takes'],
    clients.map(({ name, version, asked, takes }) => [name, version, asked, takes]),
  );
}

function requestTable({ clients, pulls }: Findings): string {
  const rows = clients.flatMap(({ name }) =>
    (['tag', 'digest'] as const).map((by) => {
      const { cost } = pulls.find(
        (pull) =>
          pull.client === name &&
          pull.by === by &&
          pull.network === AWS.name &&
          pull.cost !== undefined &&
          pull.size === 'small',
      )!;
      const { sent, stores, registry } = cost!;
      return [
        name,
        by,
        sent.requests.join(', '),
        sent.more.join(', '),
        String(stores),
        String(registry),
      ];
    }),
  );
  return markdownTable(
    ['client', 'by', 'requests at archeio', 'with', 'at the stores', 'at the registry'],
    rows,
  );
}

function networkTable({ clients, pulls }: Findings): string {
  const cell = (client: string, network: string): string =>
    (['by header', 'by address'] as const)
      .map((known) => {
        const made = pulls.filter(
          (pull) =>
            pull.client === client &&
            pull.network === network &&
            pull.known === known &&
            pull.runtime === 'bun' &&
            pull.size === 'small',
        );
        return `${known}: ${made.map(({ by }) => by).join(', ')}`;
      })
      .join('; ');
  const other = (client: string): string[] => [
    pulls.some((pull) => pull.client === client && pull.size === 'big') ? 'yes' : 'no',
    pulls.some((pull) => pull.client === client && pull.runtime === 'node') ? 'yes' : 'no',
  ];
  return markdownTable(
    ['client', ...NETWORKS.map(({ name }) => name), '100 MiB', 'on Node'],
    clients.map(({ name }) => [
      name,
      ...NETWORKS.map((network) => cell(name, network.name)),
      ...other(name),
    ]),
  );
}

/** docs/internals/clients.md, without anything that varies between runs. */
export function clientsReport(findings: Findings): string {
  return `# Clients

Written by \`test/pulls\` from what it saw (\`UPDATE_DOCS=1 npm test\`), with a real registry and a real S3 store. Each client pulled an image of two architectures that share a layer, and verified its digests. The logs of registry and stores showed that each blob came from where [request-handling.md](../reference/request-handling.md) says.

${clientTable(findings)}

## What they ask

For the small image, from ${AWS.name}: it has an index, and for each architecture a manifest, a configuration and two layers, one of them shared. All blobs are in stores there, so the registry serves only manifests.

${requestTable(findings)}

## What works

By header or address: how Archeio knew the client's network. By tag or digest: how the client named the image.

${networkTable(findings)}

## What does not

\`podman push\` is refused with 405 (R1) and prints \`${findings.refusedPush}\`.
`;
}
