import type { Worker } from 'node:worker_threads';
import {
  type PublishedPlace,
  type ConfigurationPart,
  GatheredConfiguration,
  EnvironmentError,
  type Overrides,
  ConfigurationError,
  type Problem,
  type CheckedServedConfiguration,
  servedConfiguration,
} from '@archeio/configuration';
import type { Content } from './content.ts';
import { type KeptThread, startReadingThread } from './kept-thread.ts';
import { configurationOf, type PlacesIn } from './load-configuration.ts';
import type { ConfigurationLocation } from './location.ts';

/** In UTF-16 units: a text of this length is read within a few milliseconds, unless aliases make it longer. */
const SHORT = 8 * 1024;

/** In UTF-16 units: after a longer text, the thread ends at once because its heap is so large. */
const LONG = 256 * 1024;

/** A task for the thread. */
export interface AsideTask {
  readonly content: { readonly text: string; readonly name: string };
  readonly location: ConfigurationLocation;
  readonly overrides: Overrides;
}

/** The answer to the thread's question for the places that there are. */
export interface AsidePlaces {
  readonly places: readonly PublishedPlace[];
}

/** The task to list the values of a configuration with their origins. */
interface AsideList {
  readonly list: AsideTask;
}

/** What the thread is sent: a task, the places that it asks for, and `next` after each part of what the task means. */
export type AsideRequest = AsideTask | AsideList | AsidePlaces | 'next';

/** The answer to {@link AsideList}. */
export interface AsideValues {
  readonly json: string;
}

/** Messages from the thread about a task, one for each request. */
export type AsideAnswer =
  /** The question for the places of the ranges in this directory. */
  | { readonly kind: 'places'; readonly directory: string }
  | { readonly kind: 'part'; readonly part: ConfigurationPart }
  | { readonly kind: 'end'; readonly warnings: readonly Problem[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'environment'; readonly variable: string; readonly problem: string };

/** Whether a text is read faster than a thread starts. */
export function isShort(text: string): boolean {
  return text.length <= SHORT && !text.includes('&');
}

function isAnswer(message: unknown): message is AsideAnswer {
  return typeof message === 'object' && message !== null && 'kind' in message;
}

/**
 * Reads and checks a configuration like {@link configurationOf}, for a server. A separate thread reads a long text, and the result
 * arrives in parts, one per turn of the event loop, so that requests are answered meanwhile.
 *
 * @param kept supplies the thread and keeps it for the next text; if omitted, a new thread reads only this text
 * @throws ConfigurationError, EnvironmentError
 */
export async function readAside(
  content: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
  placesIn: PlacesIn,
  kept?: KeptThread,
): Promise<CheckedServedConfiguration> {
  const { text, name } = content;
  if (isShort(text)) {
    const read = configurationOf(content, location, overrides, placesIn);
    return { configuration: servedConfiguration(read.configuration), warnings: read.warnings };
  }
  const thread = kept?.take() ?? startReadingThread();
  const gathered = new GatheredConfiguration();
  let last: LastAnswer | undefined;
  try {
    const task: AsideTask = {
      content: { text, name },
      location,
      overrides: { ...overrides, environment: { ...overrides.environment } },
    };
    last = await gather(thread, gathered, task, placesIn);
  } finally {
    if (last !== undefined && kept !== undefined && text.length <= LONG) await kept.keep(thread);
    else await thread.terminate();
  }
  switch (last.kind) {
    case 'end':
      return { configuration: gathered.whole, warnings: last.warnings };
    case 'refused':
      throw new ConfigurationError(last.problems);
    case 'environment':
      throw new EnvironmentError(last.variable, last.problem);
  }
}

type LastAnswer = Exclude<AsideAnswer, { readonly kind: 'part' | 'places' }>;

/** Lets a thread read a configuration, collects its parts, and resolves with the message after them. */
async function gather(
  thread: Worker,
  gathered: GatheredConfiguration,
  task: AsideTask,
  placesIn: PlacesIn,
): Promise<LastAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<LastAnswer>();
  const send = (request: AsideRequest): void => thread.postMessage(request, []);
  const answered = (message: unknown): void => {
    if (!isAnswer(message)) return;
    switch (message.kind) {
      case 'places':
        send({ places: placesIn(message.directory) });
        break;
      case 'part':
        gathered.add(message.part);
        setImmediate(send, 'next');
        break;
      default:
        resolve(message);
    }
  };
  const ended = (): void => reject(new Error('the thread that read the configuration has ended'));
  thread.on('message', answered).on('error', reject).on('exit', ended);
  try {
    send(task);
    return await promise;
  } finally {
    thread.off('message', answered).off('error', reject).off('exit', ended);
  }
}
