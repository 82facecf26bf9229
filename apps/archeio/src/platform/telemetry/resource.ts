import { randomUUID } from 'node:crypto';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { Build } from '../build.ts';

/** Describes this process to a collector. Each process has an ID of its own; the environment overrides everything. */
export function resourceOf(
  { version, runtime }: Pick<Build, 'version' | 'runtime'>,
  given: Readonly<Record<string, string>>,
): Resource {
  const [name, runtimeVersion] = runtime.split(' ');
  return defaultResource().merge(
    resourceFromAttributes({
      'service.name': 'archeio',
      'service.version': version,
      'service.instance.id': randomUUID(),
      'process.pid': process.pid,
      'process.runtime.name': name,
      'process.runtime.version': runtimeVersion,
      ...given,
    }),
  );
}
