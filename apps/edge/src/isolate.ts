import { BackendHealth } from '@archeio/backend-health';
import { compileTopology, trustedPrefixes } from '@archeio/client-address';
import type { OciError } from '@archeio/oci-distribution';
import { type Clock, randomSeed } from '@archeio/presence';
import type { Decision, PullToken } from '@archeio/redirect';
import {
  type Answer,
  answerOf,
  BAD_REQUEST,
  DECISION_FIELD,
  type DecisionSink,
  decisionField,
  EXPLAIN_FIELD,
  HostValues,
  LONGEST_TARGET,
  makePullToken,
  refusal,
  REQUEST_ID_FIELD,
  RequestHandler,
  type RequestHandlerDependencies,
  RepositoryLists,
  requestIdOf,
  TARGET_TOO_LONG,
  withLines,
} from '@archeio/request-handler';
import { AnswerCache } from './backends/answer-cache.ts';
import { CheckLimit } from './backends/check-limit.ts';
import { ContentClient } from './backends/content-client.ts';
import { IsolateMemory } from './backends/isolate-memory.ts';
import {
  MOST_UNDER_WAY,
  RequestBackends,
  type SharedBackends,
} from './backends/request-backends.ts';
import { edgeClock } from './edge-clock.ts';
import { EdgeRequest } from './edge-request.ts';
import { responseOf } from './edge-response.ts';
import type { Compiled } from './embedded.ts';
import type { Platform, RequestContext } from './platform.ts';

/** A token with a random pull ID of 128 bits. */
function createToken(now: number): PullToken {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  return makePullToken(digits.join(''), now);
}

/** Counts nothing: the platform counts requests, and an isolate has no place for metrics. Logs internal errors. */
function sinkOf({ log }: Platform): DecisionSink {
  return {
    decision: () => undefined,
    fetched: () => undefined,
    considered: () => undefined,
    clientAddressError: () => undefined,
    forwardedIgnored: () => undefined,
    ownFailure: (error) =>
      log(JSON.stringify({ level: 'error', event: 'internal-error', error: String(error) })),
  };
}

/**
 * What all requests of one isolate share: plain data alone. A promise, a timer or a request to a backend belongs to the
 * request that made it, and the platform lets no other one wait for it.
 */
export class Isolate {
  readonly #handler: Omit<RequestHandlerDependencies, 'states'>;
  readonly #shared: SharedBackends;
  readonly #hosts = new HostValues();

  /** Must be made while a request is answered: at any other time the platform has neither clock nor randomness. */
  constructor(compiled: Compiled, platform: Platform) {
    const { embedded, policy } = compiled;
    const { configuration, clientAddress, userAgent } = embedded;
    const { presence, explain, correlation, registries, stores } = configuration;
    const clock: Clock = edgeClock(platform.now);
    this.#handler = {
      ...compiled,
      clientAddress: compileTopology(clientAddress),
      record: sinkOf(platform),
      clock,
      budget: presence.budget,
      explainsTo: explain?.header && trustedPrefixes(explain.header.from),
      requestIds: correlation.requestId,
      createToken: () => createToken(platform.now()),
    };
    this.#shared = {
      policy,
      clock,
      log: platform.log,
      options: stores.filter(({ enabled }) => enabled),
      lists: new RepositoryLists(registries),
      // Nothing is probed here: canaries have no part in it.
      health: new BackendHealth(policy.backends.length, {
        breaker: presence.breaker,
        canary: { failures: 1, passes: 1 },
      }),
      memory: new IsolateMemory({
        ...presence,
        backends: policy.backends.length,
        clock,
        seed: randomSeed(),
      }),
      underWay: policy.backends.map(() => new CheckLimit(MOST_UNDER_WAY, presence.timeout)),
      limits: new Map(),
      cache: new AnswerCache({ ...platform, clock, lifetimes: presence }),
      client: new ContentClient({ ...platform, clock, userAgent, timeout: presence.timeout }),
    };
  }

  async answer(request: Request, context: RequestContext): Promise<Response> {
    const states = new RequestBackends(this.#shared, context);
    const handler = new RequestHandler({ ...this.#handler, states });
    const incoming = new EdgeRequest(request, handler.addressHeaderName);
    if (handler.requestIds)
      incoming.requestId = requestIdOf(incoming.header(REQUEST_ID_FIELD), () =>
        crypto.randomUUID(),
      );
    const refused = this.#refusalOf(incoming);
    const answer =
      refused === undefined
        ? await answered(handler, incoming)
        : withIdOf(incoming, refusal(refused));
    return responseOf(answer, incoming.method);
  }

  /** Why the handler does not get the request. */
  #refusalOf({ host, target }: EdgeRequest): OciError | undefined {
    if (target.length > LONGEST_TARGET) return TARGET_TOO_LONG;
    return this.#hosts.canBe(host, target) ? undefined : BAD_REQUEST;
  }
}

async function answered(handler: RequestHandler, incoming: EdgeRequest): Promise<Answer> {
  const isAsked = handler.explains && incoming.header(EXPLAIN_FIELD) === '1';
  const explains = isAsked && handler.explainsTo(incoming);
  const decision: Decision = await handler.decide(incoming);
  const answer = withIdOf(incoming, answerOf(decision));
  return explains ? withLines(answer, [DECISION_FIELD, decisionField(decision)]) : answer;
}

function withIdOf({ requestId }: EdgeRequest, answer: Answer): Answer {
  return requestId === undefined ? answer : withLines(answer, [REQUEST_ID_FIELD, requestId]);
}
