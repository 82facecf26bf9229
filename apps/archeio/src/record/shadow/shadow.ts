import type { ServedConfiguration } from '@archeio/configuration';
import type { Addr } from '@archeio/netip';
import type { Clock } from '@archeio/presence';
import type { Decision, Facts, Policy, Steps } from '@archeio/redirect';
import { fieldOf, type NoAnswer } from '@archeio/content-checks';
import type { AnswerHead } from '../../backends/client/repeated-request.ts';
import { readHeader } from '../../http/header-lines.ts';
import type {
  ObservedRequest,
  RequestObservation,
  RequestObserver,
} from '../../http/request-observer.ts';
import type { Counters } from '../../metrics/counters.ts';
import type { Log } from '../../platform/log.ts';
import { BackendPrefixes } from './backend-prefixes.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { type Agreement, compareAnswers, type ComparedPolicy, type OwnAnswer } from './compare.ts';
import { headerOf, type Question, questionOf, SHADOW_FIELD } from './question.ts';
import { Reference } from './reference.ts';
import { ShadowLog } from './shadow-log.ts';

/** Maximum numbers of requests to the reference, for each process. */
export const MOST = Object.freeze({ concurrency: 8, waiting: 128 });

/** Why an answer was not compared. */
type NotCompared = 'timeout' | 'error' | 'nothing' | 'dropped' | 'no-address';

type Outcome = Agreement | NotCompared;

const OUTCOMES: readonly Outcome[] = [
  'same',
  'status',
  'unknown-backend',
  'backend',
  'key',
  'rule',
  'timeout',
  'error',
  'nothing',
  'dropped',
  'no-address',
];

export type ShadowSettings = NonNullable<ServedConfiguration['shadow']>;

/** Dependencies of a {@link Shadow}. */
export interface ShadowDependencies {
  readonly reference: Pick<Reference, 'ask' | 'close'>;
  readonly counts: Counters;
  readonly log: Pick<Log, 'warn'>;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1; the runtime's by default. */
  readonly random?: () => number;
}

/** A comparison to make. */
interface Task {
  readonly question: Question;
  readonly own: OwnAnswer;
  readonly address: Addr | undefined;
  readonly compared: ComparedPolicy;
}

/** A request that is compared once it is answered. */
class ShadowedRequest implements RequestObservation {
  readonly #question: Question;
  readonly #compared: ComparedPolicy;
  readonly #done: (task: Task) => void;
  #address: Addr | undefined;
  #own: OwnAnswer | undefined;

  constructor(question: Question, compared: ComparedPolicy, done: (task: Task) => void) {
    this.#question = question;
    this.#compared = compared;
    this.#done = done;
  }

  client(address: Addr): void {
    this.#address = address;
  }

  asking(): void {}

  asked(): void {}

  considered(): void {}

  /** Health checks are about one instance, so they are not compared. */
  decided(decision: Decision, { route, place }: Facts): void {
    if (route.kind === 'health') return;
    const digest = route.kind === 'blob' ? route.digest : undefined;
    this.#own = { decision, digest, place, host: this.#question.host };
  }

  answered(): void {
    if (this.#own === undefined) return;
    this.#done({
      question: this.#question,
      own: this.#own,
      address: this.#address,
      compared: this.#compared,
    });
  }
}

/** Asks a reference a share of the requests again, after they are answered, and compares the answers. */
export class Shadow {
  readonly settings: ShadowSettings;
  readonly #dependencies: ShadowDependencies;
  readonly #random: () => number;
  readonly #queue: BoundedQueue<Task>;
  readonly #log: ShadowLog;
  readonly #slots: ReadonlyMap<Outcome, number>;
  #closed = false;

  constructor(settings: ShadowSettings, dependencies: ShadowDependencies) {
    const { counts, clock, log, random = Math.random } = dependencies;
    this.settings = settings;
    this.#dependencies = dependencies;
    this.#random = random;
    this.#log = new ShadowLog(settings.url, log, clock);
    this.#slots = new Map(OUTCOMES.map((outcome) => [outcome, counts.slot([outcome])]));
    this.#queue = new BoundedQueue({ ...MOST, work: (task) => this.#ask(task) });
  }

  /** The observer for requests that are decided by a policy. */
  *observer(policy: Policy): Steps<RequestObserver> {
    const compared = { policy, prefixes: yield* BackendPrefixes.inSteps(policy) };
    const done = (task: Task): void => this.#add(task);
    return {
      observe: ({ incoming, headers }: ObservedRequest): RequestObservation | undefined => {
        if (this.#random() >= this.settings.sample) return undefined;
        if (readHeader(headers, SHADOW_FIELD) !== undefined) return undefined;
        const { method, target, host } = incoming;
        const question = questionOf(method, target, host);
        return question && new ShadowedRequest(question, compared, done);
      },
    };
  }

  /** Ends requests in progress without a result, and makes no others. */
  close(): void {
    this.#closed = true;
    this.#queue.clear();
    this.#dependencies.reference.close();
  }

  /** Only redirects to a backend depend on the client: a reference that gets no address would decide by ours. */
  #add(task: Task): void {
    if (this.#closed) return;
    const needsAddress =
      this.settings.addressHeader !== undefined && task.own.decision.backend !== undefined;
    if (needsAddress && task.address === undefined)
      this.#notCompared('no-address', "the client's address could not be read");
    else if (!this.#queue.offer(task))
      this.#notCompared('dropped', `${MOST.waiting} other requests wait for the reference`);
  }

  async #ask({ question, own, address, compared }: Task): Promise<void> {
    const { method, path } = question;
    const headers = headerOf(question, address, this.settings);
    const answer = await this.#dependencies.reference.ask({ method, path, headers });
    if (this.#closed) return;
    if (answer.kind !== 'head') {
      this.#unanswered(answer);
      return;
    }
    const reference = referenceAnswerOf(answer);
    const comparison = compareAnswers(own, reference, compared);
    this.#count(comparison.agreement);
    if (comparison.agreement !== 'same') this.#log.difference(question, own, reference, comparison);
  }

  #unanswered(answer: NoAnswer): void {
    if (answer.kind === 'nothing')
      this.#notCompared('nothing', 'this machine could not send the request');
    else if (answer.reason === 'timeout') this.#notCompared('timeout', 'no answer in time');
    else this.#notCompared('error', answer.detail ?? answer.reason);
  }

  #notCompared(outcome: NotCompared, problem: string): void {
    this.#count(outcome);
    this.#log.notCompared(outcome, problem);
  }

  #count(outcome: Outcome): void {
    const slot = this.#slots.get(outcome);
    if (slot !== undefined) this.#dependencies.counts.add(slot, 1);
  }
}

/** The shadow of a configuration: the one in use, if its settings are the same; undefined if it compares nothing. */
export function shadowFor(
  settings: ShadowSettings | undefined,
  inUse: Shadow | undefined,
  dependencies: Omit<ShadowDependencies, 'reference'>,
): Shadow | undefined {
  if (settings === undefined || settings.sample === 0) return undefined;
  if (JSON.stringify(inUse?.settings) === JSON.stringify(settings)) return inUse;
  const reference = new Reference(settings.url, settings.timeout, dependencies.clock);
  return new Shadow(settings, { ...dependencies, reference });
}

function referenceAnswerOf({ status, headers }: AnswerHead) {
  return {
    status,
    location: fieldOf(headers, 'location'),
    decision: fieldOf(headers, 'archeio-decision'),
  };
}
