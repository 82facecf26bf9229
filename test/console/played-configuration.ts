import type { EffectiveValue } from '../../apps/archeio/src/configuration/effective-values.ts';
import type { Status } from '../../apps/archeio/src/ipc/status.ts';

const NOWHERE = { line: null, column: null };

/** What `/api/configuration` tells: the stores of a status, and some values of each origin. */
export function playedConfiguration({ backends, configuration }: Status): object {
  let line = 1;
  const value = (key: string, each: EffectiveValue['value']): EffectiveValue => ({
    key,
    value: each,
    more: 0,
    from: { kind: 'file', name: configuration.location, line: line++, column: 5 },
  });
  const preset = (key: string, each: EffectiveValue['value']): EffectiveValue => ({
    ...value(key, each),
    from: { kind: 'default', name: null, ...NOWHERE },
  });
  const values = [
    value('version', 1),
    { ...value('listen.port', 8081), from: { kind: 'flag', name: '--port', ...NOWHERE } },
    {
      ...value('listen.admin.port', 9091),
      from: { kind: 'environment', name: 'ADMIN_PORT', ...NOWHERE },
    },
    preset('listen.processes', 'auto'),
    value('registries[0].name', 'images'),
    value('registries[0].upstreams[0].url', 'https://registry.example.com'),
    ...backends
      .filter(({ kind }) => kind === 'store')
      .flatMap(({ name, url, region }, index) => [
        value(`stores[${index}].name`, name),
        value(`stores[${index}].url`, url),
        value(`stores[${index}].key`, 'containers/images/{digest}'),
        value(`stores[${index}].near[0].regions`, [region]),
        preset(`stores[${index}].weight`, 1),
      ]),
    { ...value('networks.office.lab', ['10.0.0.0/8', '192.168.0.0/16']), more: 112 },
  ];
  const { lastReload } = configuration;
  const problem = {
    file: configuration.location,
    line: 12,
    column: 7,
    key: 'stores[1].url',
    message: 'cannot read "htps://…": expected a URL that begins with http:// or https://',
    severity: 'error',
  };
  return {
    ...configuration,
    lastReload: lastReload && { ...lastReload, problems: lastReload.successful ? [] : [problem] },
    warnings: [],
    values,
    leftOut: 0,
  };
}
