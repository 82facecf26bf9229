import { markdownTable } from '../../tools/markdown-table.ts';
import { FOUND_OUT_WITHIN, HEALTH, MACHINE } from './parts.ts';

/** What clients saw of something that happened to a part. */
export interface LoadFinding {
  readonly what: string;
  readonly saw: string;
}

/** That part of docs/internals/faults.md, without anything that differs from run to run. */
export function loadReport(
  underLoad: readonly LoadFinding[],
  alone: readonly LoadFinding[],
): string {
  return `## Under a constant load

Written by \`test/failover\`: two radosgw as stores, one near and one in another region, and two registries as upstreams, through two processes, while skopeo begins a pull twice a second and containerd pulls one after the other as a kubelet asks it and by \`ctr\`. Each pull is complete and its digests are verified. Canaries come every ${HEALTH.every} ms, and ${HEALTH.failures} that fail eject.

Every pull arrived, at its first attempt or at its second. None of these clients tries again by itself where nobody listens: what had failed the test asked for once more, ${FOUND_OUT_WITHIN} ms later, where a kubelet waits 10 s. Nobody was sent to a part any more ${FOUND_OUT_WITHIN} ms after its fault (an interval, and two canaries with their time-outs), and it was used again an interval after it had come back; the test allows ${MACHINE} ms more, for a machine that is busy with all of them.

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
