import { type Configuration, parseConfiguration } from '@archeio/configuration';

/** Completes partial registries to those of a configuration. */
export function registriesOf(...registries: readonly object[]): Configuration['registries'] {
  return parseConfiguration({
    version: 1,
    clientAddress: { topology: 'remote' },
    pages: { info: 'https://pages.test/', privacy: 'https://pages.test/' },
    listen: {},
    presence: {},
    health: {},
    ranges: {},
    stop: {},
    registries: registries.map((registry, index) => ({
      name: `r${index}`,
      hosts: [`r${index}.test`],
      upstreams: [{ name: `u${index}`, url: `https://u${index}.test`, path: 'prod/images' }],
      ...registry,
    })),
  }).registries;
}
