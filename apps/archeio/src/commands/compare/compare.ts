import { type Environment, formatProblem } from '@archeio/configuration';
import { count } from '@archeio/mirror/amounts';
import {
  type ConfigurationFlags,
  loadConfiguration,
} from '../../configuration/load-configuration.ts';
import { ArcheioError } from '../../platform/errors.ts';
import { complain, formatJson, print } from '../../platform/print.ts';
import { LoadedRanges } from '../../supervisor/ranges/load-ranges.ts';
import type { CommandOptions } from '../command-options.ts';
import { WARNINGS } from '../ranges/loaded-ranges.ts';
import { showOn } from '../show-progress.ts';
import { comparisonText } from './comparison-text.ts';
import { type ComparedConfiguration, EventComparison } from './event-comparison.ts';
import { isStandardInput, openEvents } from './event-source.ts';
import { progressView } from './progress-view.ts';
import { EventReader } from './read-events.ts';

export interface CompareOptions extends CommandOptions {
  readonly old?: string;
  readonly new: string;
  readonly events: string;
}

/** Bad lines that are printed; the others are only counted. */
const PROBLEMS_SHOWN = 10;

/** Loads both configurations as `serve` does, and prints their warnings. */
async function loadBoth(
  environment: Environment,
  { old, new: next, config }: CompareOptions,
): Promise<[ComparedConfiguration, ComparedConfiguration]> {
  const ranges = new LoadedRanges(WARNINGS);
  const warned = new Set<string>();
  const load = async (flags: ConfigurationFlags): Promise<ComparedConfiguration> => {
    const { configuration, warnings } = await loadConfiguration(
      environment,
      flags,
      ranges.placesIn,
    );
    for (const warning of warnings.map((each) => formatProblem(each))) {
      if (!warned.has(warning)) complain(warning);
      warned.add(warning);
    }
    return { configuration, ranges: ranges.of(configuration.ranges.directory).ranges };
  };
  return [await load({ file: old, config }), await load({ file: next })];
}

/**
 * `archeio compare`: decides recorded requests again under two configurations, and prints what differs.
 *
 * @throws ArcheioError if there are no events, or bad lines
 */
export async function compare(environment: Environment, options: CompareOptions): Promise<void> {
  const { old, new: next, config, events, json } = options;
  if ([old ?? config, next, events].filter((each) => isStandardInput(each)).length > 1)
    throw new ArcheioError(
      'usage',
      'cannot read standard input twice: only one of --old, --new and --events can be -',
    );
  const comparison = new EventComparison(...(await loadBoth(environment, options)));
  const source = await openEvents(events);
  const problems: string[] = [];
  const reader = new EventReader({
    recorded: (recorded) => comparison.add(recorded),
    problem(line, message) {
      if (problems.length < PROBLEMS_SHOWN) problems.push(`${source.name}:${line}: ${message}`);
    },
  });
  const endProgress = showOn(process.stderr, environment)(progressView(reader, source.size));
  try {
    await reader.read(source);
  } finally {
    endProgress();
  }
  for (const problem of problems) complain(problem);
  const { counts } = reader;
  const more = counts.bad - problems.length;
  if (more > 0) complain(`${source.name}: ${count(more, 'more bad line')}`);
  if (counts.events + counts.summaries === 0)
    throw new ArcheioError(
      'failed',
      `there are no events in ${JSON.stringify(source.name)}: expected lines with "event": "decision" or "decision-summary"`,
      { json: { lines: counts } },
    );
  const result = comparison.result(counts);
  await print(json ? `${formatJson(result)}\n` : `${comparisonText(result)}\n`);
  if (counts.bad > 0)
    throw new ArcheioError('incomplete', `${count(counts.bad, 'bad line')}, not compared`, {
      printed: 'json',
    });
}
