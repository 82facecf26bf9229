import type { Environment } from '@archeio/configuration';
import { type MirrorConfiguration, openDestination, openSource } from '@archeio/mirror';
import { bad, type OnlineFinding, good as ok, type CheckResult } from './finding.ts';

export interface MirrorCheckOptions {
  /** For the credentials of the source. */
  readonly environment: Environment;
  /** Milliseconds for the source, and for each destination. */
  readonly timeout: number;
}

/** Converts an error to a one-line finding. */
async function seen(
  check: () => Promise<void>,
  good: string,
  timeout: number,
): Promise<CheckResult> {
  const late = Promise.withResolvers<CheckResult>();
  const timer = setTimeout(
    () => late.resolve(bad('cannot be reached', `no answer within ${timeout} ms`)),
    timeout,
  );
  try {
    return await Promise.race([check().then(() => ok(good)), late.promise]);
  } catch (error) {
    return bad(
      error instanceof Error ? error.message : String(error),
      'archeio mirror fails until this is fixed',
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Checks whether the source and destinations of a mirror are usable. Writes nothing. */
export async function* checkMirror(
  mirror: MirrorConfiguration,
  { environment, timeout }: MirrorCheckOptions,
): AsyncGenerator<OnlineFinding> {
  const source = await openSource(mirror.source, mirror.limits, environment);
  const destinations = await Promise.all(
    mirror.destinations.map((each) => openDestination(each, environment)),
  );
  const all = [
    {
      backend: `mirror source ${source.name}`,
      result: seen(() => source.check(), 'it can be read', timeout),
    },
    ...destinations.map((destination) => {
      const check = async (): Promise<void> => {
        try {
          await destination.check('write');
        } finally {
          destination.close();
        }
      };
      return {
        backend: `mirror destination ${destination.name}`,
        result: seen(check, 'it can be used', timeout),
      };
    }),
  ];
  for (const { backend, result } of all) yield { backend, ...(await result) };
}
