import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseAddr } from '@archeio/netip';
import { ManualClock } from '@archeio/presence/testing';
import { atOnce, makeFacts } from '@archeio/redirect';
import type { AnswerHead, RepeatedRequest } from '../../../backends/client/repeated-request.ts';
import type { NoAnswer } from '@archeio/content-checks';
import { Counters } from '../../../metrics/counters.ts';
import { labelKey } from '../../../metrics/metrics-snapshot.ts';
import { createLog } from '../../../platform/log.ts';
import { Shadow, type ShadowSettings } from '../shadow.ts';
import { decisionFor, HOST, OFFICE, POLICY } from './compared-policy.ts';

export const SETTINGS: ShadowSettings = {
  url: 'https://reference.example',
  sample: 1,
  timeout: 5000,
  addressHeader: 'X-Forwarded-For',
};

/** How a request differs from a GET with a known address. */
export interface AskedOptions {
  readonly method?: string;
  readonly headers?: readonly string[];
  /** `none` if it cannot be read. */
  readonly address?: string;
  readonly store?: string;
  readonly place?: number;
}

/** A shadow whose reference the test plays, and what came of it. */
export function shadowRig(settings: Partial<ShadowSettings> = {}, random?: () => number) {
  const clock = new ManualClock();
  const counts = new Counters();
  const text: string[] = [];
  const asked: RepeatedRequest[] = [];
  const answers: ((answer: AnswerHead | NoAnswer) => void)[] = [];
  let closed = false;
  const shadow = new Shadow(
    { ...SETTINGS, ...settings },
    {
      reference: {
        ask: (request) => {
          asked.push(request);
          return new Promise((resolve) => answers.push(resolve));
        },
        close: () => {
          closed = true;
        },
      },
      counts,
      clock,
      log: createLog(
        'info',
        (line) => text.push(line),
        () => 0,
      ),
      ...(random && { random }),
    },
  );
  const observer = atOnce(shadow.observer(POLICY));
  return {
    shadow,
    clock,
    asked,
    /** The log as one text. */
    text: () => text.join(''),
    lines: (): Record<string, unknown>[] => text.map((line) => JSON.parse(line)),
    isClosed: () => closed,
    /** The outcomes that were counted. */
    outcomes: () =>
      Object.fromEntries(
        Object.entries(counts.snapshot())
          .filter(([, count]) => count > 0)
          .map(([key, count]) => [OUTCOME_OF.get(key) ?? key, count]),
      ),
    /** Sends the next answer of the reference. */
    async answer(answer: AnswerHead | NoAnswer): Promise<void> {
      answers.shift()?.(answer);
      await nextTurn();
      await nextTurn();
    },
    /** A client's request, decided and answered. Returns whether it was observed. */
    async request(target: string, options: AskedOptions = {}): Promise<boolean> {
      const {
        method = 'GET',
        headers = [],
        address = '192.0.2.7',
        store,
        place = OFFICE,
      } = options;
      const observation = observer.observe({
        incoming: { method, target, host: HOST, addressHeader: undefined, peer: '192.0.2.99' },
        headers,
        began: 0,
        requestId: undefined,
        traceId: undefined,
      });
      if (address !== 'none') observation?.client(parseAddr(address));
      observation?.asking([]);
      observation?.asked();
      observation?.considered(POLICY.backends[0], 'present');
      const decision = decisionFor(target, place, store);
      observation?.decided(decision, makeFacts(method, target, place, 0), -1);
      observation?.answered(decision.status, 1);
      await nextTurn();
      return observation !== undefined;
    },
  };
}

const OUTCOME_OF: ReadonlyMap<string, string> = new Map(
  [
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
  ].map((outcome) => [labelKey([outcome]), outcome]),
);

/** An answer of a reference. */
export function head(status: number, headers: Record<string, string> = {}): AnswerHead {
  return { kind: 'head', status, headers };
}
