import type { Topology } from '@archeio/client-address';
import { CloudRanges, compileRanges } from '@archeio/clouds';
import { type ConfigurationSource, parseConfiguration } from '@archeio/configuration';
import { embed } from '../../build/embed.ts';
import { type Compiled, compileEmbedded, type Embedded } from '../embedded.ts';

/** One registry and one store for all clients. */
export const SOURCE: ConfigurationSource = {
  version: 1,
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  networks: { office: ['203.0.113.0/24'] },
  registries: [{ name: 'r', upstreams: [{ name: 'up', url: 'https://up.example' }] }],
  stores: [{ name: 'store', url: 'https://store.example', key: '{digest}', default: true }],
};

/** A snapshot without a cloud. */
export const NO_RANGES = compileRanges([]);

/** A configuration as a bundle has it, through JSON. */
export function embedded(more: Partial<ConfigurationSource> = {}, topology?: Topology): Embedded {
  const plain = embed(parseConfiguration({ ...SOURCE, ...more }), '1.2.3', topology);
  return JSON.parse(JSON.stringify(plain));
}

export function compiled(more: Partial<ConfigurationSource> = {}): Compiled {
  return compileEmbedded(embedded(more), CloudRanges.decode(NO_RANGES));
}

/** The digest with this number. */
export function digestOf(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}
