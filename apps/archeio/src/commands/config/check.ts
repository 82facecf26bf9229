import {
  backendCounts,
  type MirrorOnlyConfiguration,
  type Environment,
  ConfigurationError,
  formatProblem,
  problemJson,
} from '@archeio/configuration';
import { count } from '@archeio/mirror/amounts';
import { loadAnyConfiguration } from '../../configuration/load-configuration.ts';
import { certificateProblems } from './certificate-problems.ts';
import { formatFinding, type OnlineFinding } from './online/finding.ts';
import { complain, formatJson, print } from '../../platform/print.ts';
import { LoadedRanges } from '../../supervisor/ranges/load-ranges.ts';
import type { CommandOptions } from '../command-options.ts';
import { WARNINGS } from '../ranges/loaded-ranges.ts';
import { ArcheioError } from '../../platform/errors.ts';

interface CheckOptions extends CommandOptions {
  readonly strict?: boolean;
  readonly online?: boolean;
}

/** `archeio config check`: prints every problem, or that the configuration is good. */
export async function check(
  environment: Environment,
  file: string | undefined,
  options: CheckOptions,
): Promise<void> {
  const { placesIn } = new LoadedRanges(WARNINGS);
  const loaded = await loadAnyConfiguration(environment, { ...options, file }, placesIn).catch(
    (error: unknown) => {
      if (error instanceof ConfigurationError) return error;
      throw error;
    },
  );
  const bad = loaded instanceof ConfigurationError;
  const problems = bad
    ? loaded.problems
    : [
        ...(await certificateProblems(loaded.configuration, loaded.content.name)),
        ...loaded.warnings,
      ];
  const seen: OnlineFinding[] = [];
  if (!bad && options.online) {
    const { checkOnline } = await import('./online/check-online.ts');
    const dependencies = { timeOfDay: Date.now, environment };
    for await (const finding of checkOnline(loaded.configuration, dependencies)) {
      seen.push(finding);
      if (!options.json) await print(`${formatFinding(finding)}\n`);
    }
  }
  const severities = new Set<string>([...problems, ...seen].map(({ severity }) => severity));
  const good = !bad && !severities.has('error') && !(options.strict && severities.has('warning'));
  if (options.json) {
    const counts = bad ? null : backendCounts(loaded.configuration);
    const answer = { good, ...counts, problems: problems.map(problemJson), online: seen };
    await print(`${formatJson(answer)}\n`);
  } else {
    for (const problem of problems) complain(formatProblem(problem));
    if (good) await print(`${loaded.content.name}: good: ${summary(loaded.configuration)}\n`);
  }
  if (good) return;
  if (problems.length === 0 && !options.json)
    throw new ArcheioError('failed', 'the backends have errors');
  throw new ArcheioError('failed', 'the configuration has errors', { printed: 'all' });
}

function summary(configuration: MirrorOnlyConfiguration): string {
  const { registries, upstreams, stores, destinations } = backendCounts(configuration);
  const mirror = `a mirror to ${count(destinations, 'destination')}`;
  if (configuration.registries === undefined) return mirror;
  return [
    count(registries, 'registry'),
    count(upstreams, 'upstream'),
    count(stores, 'store'),
    ...(destinations > 0 ? [mirror] : []),
  ].join(', ');
}
