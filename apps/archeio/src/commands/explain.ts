import { tryParseAddr } from '@archeio/netip';
import { backendsOf } from '../assemble.ts';
import { MONOTONIC_CLOCK } from '../clock.ts';
import type { Environment } from '../configuration/environment.ts';
import { type Explanation, explainRequest } from '../explanation.ts';
import { Hub } from '../hub/hub.ts';
import { joinLocalWorker } from '../hub/local-worker.ts';
import { createLog } from '../log.ts';
import { type ConfigurationFlags, loadConfiguration } from '../configuration/load-configuration.ts';
import { UsageError } from './errors.ts';
import { loadRanges } from '../ranges/load-ranges.ts';
import { shippedRanges, shippedRangesBytes } from '../shipped.ts';
import { WARNINGS } from './loaded-ranges.ts';

export interface ExplainOptions extends ConfigurationFlags {
  readonly ip: string;
  readonly method: string;
  readonly host?: string;
  readonly check: boolean;
  readonly json?: boolean;
}

function formatExplanation({ request, client, candidates, decision }: Explanation): string {
  const place =
    client.cloud === null
      ? 'an unknown network'
      : `${`${client.cloud} ${client.region}`.trimEnd()}, by ${client.prefix}`;
  const what = [request.kind, request.name, request.reference]
    .filter((part) => part !== null)
    .join(' ');
  const lines = [
    `request    ${request.method} ${request.path}`,
    `           ${what}`,
    `client     ${client.address}: ${place}`,
    ...candidates.flatMap(({ name, url, presence, excluded }, index) => [
      `${index === 0 ? 'candidates' : '          '} ${name}: ${[presence, excluded].filter((part) => part !== null).join(', ') || 'used'}`,
      `             ${url}`,
    ]),
    `decision   ${decision.rule}: ${decision.status}, ${decision.reason}`,
    ...(decision.location === null ? [] : [`           ${decision.location}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** `archeio explain`: prints the decision and its reasons. */
export async function explain(
  environment: Environment,
  path: string,
  options: ExplainOptions,
): Promise<void> {
  const address = tryParseAddr(options.ip);
  if (address === undefined)
    throw new UsageError(
      `cannot read address ${JSON.stringify(options.ip)}: expected an IPv4 or IPv6 address`,
    );
  if (!path.startsWith('/'))
    throw new UsageError(
      `cannot read path ${JSON.stringify(path)}: expected a request target that begins with "/"`,
    );
  const { configuration } = await loadConfiguration(environment, options, shippedRanges().places);
  const ranges = loadRanges(configuration.ranges.directory, shippedRangesBytes(), WARNINGS);
  const log = createLog('error', (line) => process.stderr.write(line), Date.now);
  const hub = new Hub({ clock: MONOTONIC_CLOCK, log, backendsOf });
  await hub.apply({ configuration, ranges: ranges.bytes });
  const worker = await joinLocalWorker(hub, MONOTONIC_CLOCK, log);
  const explanation = await explainRequest(
    worker.serving,
    { method: options.method, path, host: options.host, address },
    options.check,
  );
  await worker.close(0);
  hub.owner.close();
  process.stdout.write(
    options.json ? `${JSON.stringify(explanation)}\n` : formatExplanation(explanation),
  );
}
