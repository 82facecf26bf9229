import { Worker } from 'node:worker_threads';
import type { PublishedPlace } from './check-places.ts';
import { type ConfigurationPart, GatheredConfiguration } from './configuration-parts.ts';
import type { Content } from './content.ts';
import { EnvironmentError, type Overrides } from './environment.ts';
import { configurationOf } from './load-configuration.ts';
import type { ConfigurationLocation } from './location.ts';
import { ConfigurationError, type Problem } from './problem.ts';
import { type CheckedServedConfiguration, servedConfiguration } from './served-configuration.ts';

/** In UTF-16 units: a text of this length is read within a few milliseconds, unless aliases make it longer. */
const SHORT = 8 * 1024;

/** What the thread is given. */
export interface AsideTask {
  readonly content: { readonly text: string; readonly name: string };
  readonly location: ConfigurationLocation;
  readonly overrides: Overrides;
  readonly places: readonly PublishedPlace[];
}

/** What the thread says, one thing for each `next` that it is sent. */
export type AsideAnswer =
  | { readonly kind: 'part'; readonly part: ConfigurationPart }
  | { readonly kind: 'end'; readonly warnings: readonly Problem[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'environment'; readonly variable: string; readonly problem: string };

function isAnswer(message: unknown): message is AsideAnswer {
  return typeof message === 'object' && message !== null && 'kind' in message;
}

/**
 * Reads and checks a configuration like {@link configurationOf}, for a server. A long text is read in a thread of its own, and what it
 * means comes over part by part, a turn of the event loop for each: requests are answered meanwhile.
 *
 * @throws ConfigurationError, EnvironmentError
 */
export async function readAside(
  content: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
  places: readonly PublishedPlace[],
): Promise<CheckedServedConfiguration> {
  const { text, name } = content;
  if (text.length <= SHORT && !text.includes('&')) {
    const read = configurationOf(content, location, overrides, places);
    return { configuration: servedConfiguration(read.configuration), warnings: read.warnings };
  }
  const task: AsideTask = {
    content: { text, name },
    location,
    overrides: { ...overrides, environment: { ...overrides.environment } },
    places,
  };
  const thread = new Worker(new URL('./reading-thread.ts', import.meta.url), { workerData: task });
  try {
    return await gather(thread);
  } finally {
    await thread.terminate();
  }
}

function gather(thread: Worker): Promise<CheckedServedConfiguration> {
  const gathered = new GatheredConfiguration();
  return new Promise((resolve, reject) => {
    thread.on('message', (message: unknown) => {
      if (!isAnswer(message)) return;
      switch (message.kind) {
        case 'part':
          gathered.add(message.part);
          setImmediate(() => thread.postMessage('next', []));
          break;
        case 'end':
          resolve({ configuration: gathered.whole, warnings: message.warnings });
          break;
        case 'refused':
          reject(new ConfigurationError(message.problems));
          break;
        case 'environment':
          reject(new EnvironmentError(message.variable, message.problem));
          break;
      }
    });
    thread.once('error', reject);
    thread.once('exit', () =>
      reject(new Error('the thread that read the configuration has ended')),
    );
    thread.postMessage('next', []);
  });
}
