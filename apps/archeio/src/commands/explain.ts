import { tryParseAddr } from '@archeio/netip';
import { UNHEALTHY } from '@archeio/redirect';
import { isMethod } from '../ipc/explain-query.ts';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { type Configuration, type Environment, servedConfiguration } from '@archeio/configuration';
import { type ExplainedRequest, type Explanation, explainRequest } from '@archeio/request-handler';
import { withLocalWorker } from '../supervisor/workers/local-worker.ts';
import { loadInventory } from '../supervisor/inventory/load-inventory.ts';
import { createLog } from '../platform/log.ts';
import type { PresignedStore } from '../backends/signing/presigner.ts';
import type { Worker } from '../worker/worker.ts';
import { loadConfiguration } from '../configuration/load-configuration.ts';
import { StatedError } from '@archeio/plain-errors';
import { complain, formatJson, print } from '../platform/print.ts';
import { ArcheioError } from '../platform/errors.ts';
import type { CommandOptions } from './command-options.ts';
import { requestedInWords } from './requested.ts';
import { LoadedRanges } from '../supervisor/ranges/load-ranges.ts';
import { WARNINGS } from './ranges/loaded-ranges.ts';

/** Time limit for one inventory, since a user waits. Milliseconds. */
const INVENTORY_TIMEOUT = 10_000;

interface ExplainOptions extends CommandOptions {
  readonly ip: string;
  readonly method: string;
  readonly host?: string;
  readonly check: boolean;
}

/** Maximum number of hosts to list. */
const HOSTS_SHOWN = 10;

/** Lists the served hosts, and how to choose one. */
function formatHosts(hosts: readonly string[]): string {
  const more = hosts.length > HOSTS_SHOWN ? ` and ${hosts.length - HOSTS_SHOWN} more` : '';
  return `${hosts.slice(0, HOSTS_SHOWN).join(', ')}${more} (--host chooses one)`;
}

function formatExplanation({ request, client, hosts, candidates, decision }: Explanation): string {
  const place =
    client.cloud === null
      ? 'an unknown network'
      : `${`${client.cloud} ${client.region}`.trimEnd()}, in ${client.prefix}`;
  const lines = [
    `request    ${request.method} ${request.path}`,
    `           ${requestedInWords(request)}`,
    `client     ${client.address}: ${place}`,
    ...(hosts === null ? [] : [`hosts      ${formatHosts(hosts)}`]),
    ...candidates.flatMap(({ name, url, presence, excluded }, index) => [
      `${index === 0 ? 'candidates' : '          '} ${name}: ${[presence, excluded].filter((part) => part !== null).join(', ') || 'used'}`,
      `             ${url}`,
    ]),
    `decision   ${decision.rule}: ${decision.status}, ${decision.reason}`,
    ...(decision.location === null ? [] : [`           ${decision.location}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Loads the inventories of the stores that the blob could come from. Reports unusable ones and continues without them. */
async function useInventories(
  worker: Worker,
  request: ExplainedRequest,
  { stores }: Configuration,
): Promise<void> {
  const { presigner } = worker.serving;
  const sign = async (store: PresignedStore, url: string): Promise<string> => {
    const signed = await presigner.sign(store, url, 'GET');
    if (signed === undefined)
      throw new StatedError(presigner.trouble(store) ?? 'there are no credentials');
    return signed;
  };
  const dependencies = {
    clock: MONOTONIC_CLOCK,
    wallClock: Date.now,
    timeout: INVENTORY_TIMEOUT,
    sign,
  };
  const { request: about, candidates } = await explainRequest(worker.serving, request, false);
  if (about.kind !== 'blob') return;
  // The contents of stores that the policy did not consider do not matter.
  const considered = candidates.filter(
    ({ presence, excluded }) => presence !== null || excluded?.startsWith(UNHEALTHY) === true,
  );
  const names = new Set(considered.map(({ name }) => name));
  const wanted = stores.filter(({ name }) => names.has(name));
  await Promise.all(
    wanted.map(async (store) => {
      try {
        const inventory = await loadInventory(store, dependencies);
        if (inventory !== undefined) worker.inventory(inventory);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        complain(`explained without the inventory of ${store.name}: ${why}`);
      }
    }),
  );
}

/** `archeio explain`: prints the decision and its reasons. */
export async function explain(
  environment: Environment,
  path: string,
  options: ExplainOptions,
): Promise<void> {
  const address = tryParseAddr(options.ip);
  if (address === undefined)
    throw new ArcheioError(
      'usage',
      `cannot read address ${JSON.stringify(options.ip)}: expected an IPv4 or IPv6 address`,
    );
  if (!path.startsWith('/'))
    throw new ArcheioError(
      'usage',
      `cannot read path ${JSON.stringify(path)}: expected a request target that begins with "/"`,
    );
  const method = options.method.toUpperCase();
  if (!isMethod(method))
    throw new ArcheioError(
      'usage',
      `cannot read method ${JSON.stringify(options.method)}: expected a method such as GET`,
    );
  const ranges = new LoadedRanges(WARNINGS);
  const { configuration } = await loadConfiguration(environment, options, ranges.placesIn);
  const log = createLog('error', (line) => process.stderr.write(line), Date.now);
  const request = { method, path, host: options.host, address };
  const explanation = await withLocalWorker(
    {
      clock: MONOTONIC_CLOCK,
      log,
      configuration: servedConfiguration(configuration),
      ranges: ranges.of(configuration.ranges.directory).bytes,
    },
    async (worker) => {
      if (options.check) await useInventories(worker, request, configuration);
      return explainRequest(worker.serving, request, options.check);
    },
  );
  await print(options.json ? `${formatJson(explanation)}\n` : formatExplanation(explanation));
}
