import type { Rule } from './kubernetes-object.ts';
import { selects } from './kubernetes-object.ts';

/** The other end of a connection: a pod in a namespace, or an address outside, given by its prefix. */
interface Peer {
  readonly namespace?: string;
  readonly prefix?: string;
}

/** Whether one of the rules admits a connection. A rule without peers admits all; without rules, nothing is admitted. */
export function admits(
  rules: readonly Rule[] = [],
  port: string | number,
  peer: Peer,
  protocol = 'TCP',
): boolean {
  return rules.some(({ ports, from, to }) => {
    if (!ports.some((each) => each.port === port && each.protocol === protocol)) return false;
    if (to !== undefined) throw new Error('egress to peers is not understood here');
    return (
      from === undefined ||
      from.some(({ ipBlock, namespaceSelector }) =>
        ipBlock !== undefined
          ? ipBlock.cidr === peer.prefix
          : peer.namespace !== undefined &&
            selects(namespaceSelector!.matchLabels, {
              'kubernetes.io/metadata.name': peer.namespace,
            }),
      )
    );
  });
}
