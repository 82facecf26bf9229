import { causeInWords } from './causes.js';

/** Histories as the admin API gives them: arrays of equal length, oldest first; null is a gap. */

const MOST_CHANGES = 200;

/** What is drawn, by the way to it. */
const SERIES = [
  ['requests'],
  ['errors'],
  ['blobs', 'stores'],
  ['blobs', 'upstreams'],
  ['decisionSeconds', 'p50'],
  ['decisionSeconds', 'p99'],
  ['checks', 'count'],
  ['checks', 'p99Seconds'],
];
const OF_BACKEND = ['decisions', 'bytes', 'usd'];
/** What some servers tell as well. */
const MAY_BE_TOLD = ['unknownSizes', 'upstreamUsd'];
/** Steps whose flows are kept: a minute. */
const RECENT_FLOWS = 6;

export function sum(values = []) {
  return values.reduce((total, value) => total + (value ?? 0), 0);
}

/** Sum of values that are all known; null if none is. */
export function known(values = []) {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? null : sum(numbers);
}

/** The last value that is not a gap, among the newest `within`. */
export function latest(values = [], within = 3) {
  return values.slice(-within).findLast((value) => value !== null && value !== undefined) ?? null;
}

/** Number of steps with data. */
export function covered(history) {
  return history.requests.filter((value) => value !== null).length;
}

/** What a sum over the history is in an hour, if it goes on like this; null without data. */
export function hourly(history, values) {
  const total = known(values);
  const steps = covered(history);
  return total === null || steps === 0 ? null : (total * 3_600_000) / (steps * history.stepMs);
}

/** Number of steps in a time, at least one. */
export function stepsOf({ stepMs }, milliseconds) {
  return Math.max(1, Math.round(milliseconds / stepMs));
}

/** Per second, over the newest `count` steps with data; null without any. */
export function perSecond(history, values, count) {
  const recent = values.slice(count === undefined ? 0 : -count).filter((value) => value !== null);
  return recent.length === 0 ? null : (sum(recent) * 1000) / (recent.length * history.stepMs);
}

/** The share of stores in blob decisions, over the newest `count` steps; null if there were none. */
export function storeShare({ blobs }, count) {
  const from = count === undefined ? 0 : -count;
  const stores = sum(blobs.stores.slice(from));
  const all = stores + sum(blobs.upstreams.slice(from));
  return all === 0 ? null : stores / all;
}

const at = (history, [first, second]) =>
  (second === undefined ? history[first] : history[first]?.[second]) ?? [];

function extended(values, more, length) {
  const whole = [...Array(Math.max(0, length - values.length)).fill(null), ...values, ...more];
  return whole.slice(-360);
}

/** The history with its next step; the same if the step is not newer. */
export function append(history, step) {
  const ahead = Math.round((step.untilMs - history.untilMs) / history.stepMs);
  if (ahead < 1) return history;
  // What was missed, while the connection was lost, is a gap.
  const gap = Array(Math.min(ahead - 1, 360)).fill(null);
  const result = {
    ...history,
    untilMs: step.untilMs,
    blobs: {},
    decisionSeconds: {},
    checks: {},
  };
  for (const way of SERIES) {
    const values = extended(at(history, way), [...gap, at(step, way)[0] ?? null], history.steps);
    if (way.length === 1) result[way[0]] = values;
    else result[way[0]][way[1]] = values;
  }
  result.steps = result.requests.length;
  const before = new Map(history.backends.map((each) => [each.name, each]));
  const now = new Map((step.backends ?? []).map((each) => [each.name, each]));
  result.backends = [...new Set([...before.keys(), ...now.keys()])].map((name) => {
    const old = before.get(name);
    const newest = now.get(name);
    // Without traffic so far, there are no arrays.
    const of = (key) =>
      (old?.[key] ?? []).length === 0 && (newest?.[key] ?? []).length === 0
        ? []
        : extended(old?.[key] ?? [], [...gap, newest?.[key]?.[0] ?? null], history.steps);
    const told = MAY_BE_TOLD.filter((key) => (newest ?? old)[key] !== undefined);
    const values = [
      ...OF_BACKEND.map((key) => [key, of(key)]),
      // Null if no price is set.
      ...told.map((key) => [key, (newest ?? old)[key] === null ? null : of(key)]),
    ];
    return { name, kind: (newest ?? old).kind, ...Object.fromEntries(values) };
  });
  result.recentFlows = [...(history.recentFlows ?? []), step.flows ?? []].slice(-RECENT_FLOWS);
  const keyOf = ({ atMs, text }) => `${atMs} ${text}`;
  const seen = new Set((history.changes ?? []).map(keyOf));
  result.changes = [
    ...(history.changes ?? []),
    ...(step.changes ?? []).filter((each) => !seen.has(keyOf(each))),
  ].slice(-MOST_CHANGES);
  return result;
}

/** An empty history for a server that keeps none; it grows from what its status says. */
export function beginHistory(untilMs, stepMs) {
  return append(
    {
      stepMs,
      untilMs: untilMs - stepMs,
      steps: 0,
      requests: [],
      backends: [],
      changes: [],
      isLocal: true,
    },
    { untilMs },
  );
}

/** The step between two statuses that were read `elapsed` ms apart, at the pace of one step. */
export function stepBetween(before, status, elapsed, untilMs, stepMs) {
  const paced = (now = 0, then = 0) => (Math.max(0, now - then) * stepMs) / Math.max(elapsed, 1);
  const all = (totals) => sum(Object.values(totals.decisions));
  const backends = status.backends.map(({ name, kind }) => ({
    name,
    kind,
    decisions: [paced(status.totals.backends[name], before.totals.backends[name])],
    bytes: [],
    usd: [],
  }));
  return {
    untilMs,
    requests: [paced(all(status.totals), all(before.totals))],
    backends,
  };
}

/** Changes that a status alone tells, oldest first. */
export function changesOf({ backends, configuration, startedAt }) {
  const { lastReload } = configuration;
  return [
    { atMs: Date.parse(startedAt), kind: 'start', text: 'Archeio started' },
    ...(lastReload === null
      ? []
      : [
          {
            atMs: Date.parse(lastReload.at),
            kind: 'reload',
            text: lastReload.successful
              ? 'the configuration was reloaded'
              : `a new configuration was refused: ${lastReload.problems[0] ?? ''}`,
          },
        ]),
    ...backends.flatMap(({ name, history }) =>
      history.map(({ at: moment, state, why }) => ({
        atMs: Date.parse(moment),
        kind: 'backend',
        backend: name,
        state,
        text: `${name} is ${state} (${causeInWords(why)})`,
      })),
    ),
  ].toSorted((a, b) => a.atMs - b.atMs);
}
