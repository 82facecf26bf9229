import type { Environment } from '@archeio/configuration';
import {
  type ConfigurationFlags,
  loadAnyConfiguration,
  locateConfiguration,
} from '../../configuration/load-configuration.ts';
import { formatJson, print } from '../../platform/print.ts';
import { readTelemetry } from '../../platform/telemetry/read-telemetry.ts';
import { LoadedRanges } from '../../supervisor/ranges/load-ranges.ts';
import type { CommandOptions } from '../command-options.ts';
import { WARNINGS } from '../ranges/loaded-ranges.ts';
import {
  neededHosts,
  type NeededHost,
  type NeededUrl,
  neededUrls,
  PARTIES,
  type Party,
} from './needed-hosts.ts';

interface HostsOptions extends CommandOptions {
  readonly for?: Party;
}

const HEADINGS: Readonly<Record<Party, string>> = {
  clients: 'Clients are redirected to:',
  server: 'archeio serve connects to:',
  mirror: 'archeio mirror connects to:',
};

/** Where OpenTelemetry's exporters send by default. */
const COLLECTOR = 'http://localhost:4318';

/** The collectors that telemetry is sent to. */
function* collectorUrls(environment: Environment): Generator<NeededUrl> {
  const { telemetry } = readTelemetry(environment);
  for (const signal of ['traces', 'metrics'] as const) {
    if (telemetry[signal] === undefined) continue;
    const names = [
      `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`,
      'OTEL_EXPORTER_OTLP_ENDPOINT',
    ];
    const key = names.find((each) => environment[each]?.trim()) ?? names[1];
    const url = environment[key]?.trim() || COLLECTOR;
    yield { url, key, for: 'server', purpose: signal };
  }
}

/** The URL that the configuration comes from, if it comes from one. */
function* locationUrls(
  environment: Environment,
  flags: ConfigurationFlags,
  isServed: boolean,
): Generator<NeededUrl> {
  const location = locateConfiguration(environment, flags);
  if (location.kind !== 'url') return;
  const key = flags.config === undefined ? 'ARCHEIO_CONFIG' : '--config';
  const party = isServed ? 'server' : 'mirror';
  yield { url: location.url, key, for: party, purpose: 'configuration' };
}

/** `archeio hosts`: prints the hosts that an allow-list needs, by who connects to them and why. */
export async function hosts(environment: Environment, options: HostsOptions): Promise<void> {
  const { placesIn } = new LoadedRanges(WARNINGS);
  const { configuration } = await loadAnyConfiguration(environment, options, placesIn);
  const isServed = configuration.registries !== undefined;
  const found = neededHosts([
    ...neededUrls(configuration),
    ...locationUrls(environment, options, isServed),
    ...(isServed ? collectorUrls(environment) : []),
  ]).filter(({ uses }) => uses.some((use) => isWanted(use.for, options)));
  if (options.json) await print(`${formatJson({ hosts: found })}\n`);
  else if (options.for === undefined) await print(inWords(found));
  else await print(found.map((each) => `${nameOf(each)}\n`).join(''));
}

function isWanted(party: Party, options: HostsOptions): boolean {
  return options.for === undefined || options.for === party;
}

/** The host, with its port unless that is 443. */
function nameOf({ host, port }: NeededHost): string {
  return port === 443 ? host : `${host}:${port}`;
}

/** A list for each party, with what each host is for. */
function inWords(found: readonly NeededHost[]): string {
  const width = Math.max(0, ...found.map((each) => nameOf(each).length));
  return PARTIES.flatMap((party) => {
    const lines = found.flatMap((each) => {
      const purposes = new Set(
        each.uses.filter((use) => use.for === party).map(({ purpose }) => purpose),
      );
      return purposes.size === 0
        ? []
        : [`  ${nameOf(each).padEnd(width)}  ${[...purposes].join(', ')}\n`];
    });
    return lines.length === 0 ? [] : [`${HEADINGS[party]}\n${lines.join('')}`];
  }).join('\n');
}
