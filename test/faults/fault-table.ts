import { markdownTable } from '../../tools/markdown-table.ts';

/** What a client noticed of a fault. */
export interface FaultFinding {
  readonly fault: string;
  readonly client: string;
  readonly saw: string;
}

/** docs/internals/faults.md, without anything that varies between runs. */
export function faultsReport(findings: readonly FaultFinding[]): string {
  const rows = new Map<string, { fault: string; saw: string; clients: string[] }>();
  for (const { fault, client, saw } of findings) {
    const key = `${fault}: ${saw}`;
    const row = rows.get(key) ?? { fault, saw, clients: [] };
    rows.set(key, row);
    row.clients.push(client);
  }
  return `# Faults

Written by \`test/faults\` from what it saw (\`UPDATE_DOCS=1 npm test\`): real clients in AWS eu-west-3 pull through Archeio while the S3 store there misbehaves. No request to Archeio waited longer than its budget of 500 ms plus 50 ms, not counting time in which it had no core to run on.

${markdownTable(
  ['the store', 'client', 'saw'],
  [...rows.values()].map(({ fault, clients, saw }) => [fault, clients.join(', '), saw]),
)}
`;
}
