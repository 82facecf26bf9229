import type { Overrides } from '@archeio/configuration';
import type { Content } from './content.ts';
import { effectiveValuesJson } from './effective-values.ts';
import { startReadingThread } from './kept-thread.ts';
import type { ConfigurationLocation } from './location.ts';
import { type AsideRequest, type AsideValues, isShort } from './read-aside.ts';

function isValues(message: unknown): message is AsideValues {
  return typeof message === 'object' && message !== null && 'json' in message;
}

/**
 * The values of a valid configuration as JSON, without secrets. A thread lists those of a long text, so that requests
 * are answered meanwhile.
 */
export async function valuesAside(
  { text, name }: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
): Promise<string> {
  if (isShort(text)) return effectiveValuesJson({ text, name }, location, overrides);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const thread = startReadingThread();
  try {
    thread
      .on('message', (message: unknown) => {
        if (isValues(message)) resolve(message.json);
      })
      .on('error', reject)
      .on('exit', () => reject(new Error('the thread that read the configuration has ended')));
    const environment = { ...overrides.environment };
    const list = { content: { text, name }, location, overrides: { ...overrides, environment } };
    const request: AsideRequest = { list };
    thread.postMessage(request, []);
    return await promise;
  } finally {
    await thread.terminate();
  }
}
