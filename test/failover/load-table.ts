import { markdownTable } from '../../tools/markdown-table.ts';
import { FOUND_OUT_WITHIN, HEALTH, MACHINE } from './parts.ts';

/** What clients noticed of a fault. */
export interface LoadFinding {
  readonly what: string;
  readonly saw: string;
}

/** The section of docs/internals/faults.md, without anything that varies between runs. */
export function loadReport(
  underLoad: readonly LoadFinding[],
  alone: readonly LoadFinding[],
): string {
  return `## Under a constant load

Written by \`test/failover\`: two radosgw as stores, one near and one in another region, and two registries as upstreams, through two processes, while skopeo starts two pulls a second and containerd pulls one image after the other, as a kubelet asks it to and by \`ctr\`. The test verifies that each pull is complete, with its digests. Canaries come every ${HEALTH.every} ms, and ${HEALTH.failures} failures eject.

Every pull succeeded, at its first or second attempt. None of these clients tries again by itself if the connection is refused, so the test repeated a failed pull after ${FOUND_OUT_WITHIN} ms (a kubelet waits 10 s). No client was sent to a part any more ${FOUND_OUT_WITHIN} ms after its fault (an interval, and two canaries with their time-outs), and the part was used again an interval after its return. The test allows ${MACHINE} ms more, because one machine runs everything.

${markdownTable(
  ['what happened', 'clients'],
  underLoad.map(({ what, saw }) => [what, saw]),
)}

Without a load, through one process on Bun and on Node:

${markdownTable(
  ['what happened', 'clients'],
  alone.map(({ what, saw }) => [what, saw]),
)}
`;
}
