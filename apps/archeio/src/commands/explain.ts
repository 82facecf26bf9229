import { tryParseAddr } from '@archeio/netip';
import { assemble } from '../assemble.ts';
import { createStoreChecker } from '../check/index.ts';
import { MONOTONIC_CLOCK } from '../clock.ts';
import type { Environment } from '../configuration/environment.ts';
import { type Explanation, explainRequest } from '../explanation.ts';
import { createLog } from '../log.ts';
import { randomSeed } from '../random-seed.ts';
import { shippedRanges } from '../shipped.ts';
import { type ConfigurationFlags, loadConfiguration } from '../configuration/load-configuration.ts';
import { UsageError } from './errors.ts';

export interface ExplainOptions extends ConfigurationFlags {
  readonly ip: string;
  readonly method: string;
  readonly check: boolean;
  readonly json?: boolean;
}

function formatExplanation({ request, client, candidates, decision }: Explanation): string {
  const place =
    client.cloud === null
      ? 'an unknown network'
      : `${client.cloud} ${client.region}, by ${client.prefix}`;
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
  const ranges = shippedRanges();
  const { configuration } = await loadConfiguration(environment, options, ranges.places);
  const checker = createStoreChecker({
    timeout: configuration.presence.timeout,
    userAgent: 'archeio',
  });
  const log = createLog('error', (line) => process.stderr.write(line), Date.now);
  const assembly = assemble(configuration, {
    ranges,
    checker,
    clock: MONOTONIC_CLOCK,
    seed: randomSeed(),
    log,
  });
  assembly.lifecycle.ready();
  const explanation = await explainRequest(
    assembly,
    ranges,
    { method: options.method, path, address },
    options.check,
  );
  checker.close();
  process.stdout.write(
    options.json ? `${JSON.stringify(explanation)}\n` : formatExplanation(explanation),
  );
}
