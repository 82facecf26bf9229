import { problemJson } from '@archeio/configuration';
import { formatJson } from '../../platform/print.ts';
import type { ConfigurationInUse } from '../reload/configuration-in-use.ts';
import type { ConfigurationValues } from '../reload/configuration-values.ts';

/** The answer of `/api/configuration` as JSON, without secrets. */
export async function configurationAnswer(
  { location, loadedAt, lastReload, restartNeeded }: Readonly<ConfigurationInUse>,
  generation: number,
  values: Pick<ConfigurationValues, 'text' | 'warnings'>,
): Promise<string> {
  const about = formatJson({
    location,
    generation,
    loadedAt: new Date(loadedAt).toISOString(),
    restartNeeded,
    lastReload: lastReload && {
      at: new Date(lastReload.at).toISOString(),
      successful: lastReload.successful,
      problems: lastReload.problems.map(problemJson),
    },
    warnings: values.warnings.map(problemJson),
  });
  // Both are objects with at least one key.
  return `${about.slice(0, -1)},${(await values.text()).slice(1)}`;
}
