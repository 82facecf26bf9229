import type { Telemetry } from '../../platform/telemetry/read-telemetry.ts';
import type { SdkTracing, SdkTracingDependencies } from './sdk-tracing.ts';

/** Loads the SDK only if a variable asks for traces. */
export async function startTracing(
  { traces: settings, resource }: Telemetry,
  dependencies: Omit<SdkTracingDependencies, 'settings' | 'resource'>,
): Promise<SdkTracing | undefined> {
  if (settings === undefined) return undefined;
  const loaded = await import('./sdk-tracing.ts');
  return new loaded.SdkTracing({ settings, resource, ...dependencies });
}
