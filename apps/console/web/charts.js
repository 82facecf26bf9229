import { useMemo } from './lib/hooks.js';
import { Chart } from './chart.js';
import { formatBytes, formatRate, formatSeconds, formatShare, formatUsd } from './format.js';
import { sum } from './history.js';
import { html } from './html.js';
import { trafficOf } from './money.js';

const MOST_LINES = 3;

/** The lines of the backends with the most bytes, by store and upstream. */
function ofBackends(history, key, factor) {
  const used = history.backends
    .map((each) => ({ ...each, ...trafficOf(each) }))
    .filter((each) => sum(each[key]) > 0)
    .toSorted((a, b) => sum(b[key]) - sum(a[key]))
    .slice(0, MOST_LINES);
  const colors = {
    store: ['stores', 'stores-2', 'stores-3'],
    upstream: ['upstream', 'upstream-2', 'upstream-2'],
  };
  const taken = { store: 0, upstream: 0 };
  return used.map(({ name, kind, [key]: values }) => ({
    label: name,
    color: colors[kind][taken[kind]++],
    values: values.map((value) => (value === null ? null : value * factor)),
  }));
}

function linesOf(history) {
  const { stepMs, requests, errors, blobs, decisionSeconds } = history;
  const rate = (values) => values.map((value) => (value === null ? null : (value * 1000) / stepMs));
  const toHour = 3_600_000 / stepMs;
  const failed = sum(errors) > 0;
  const share = blobs.stores.map((stores, index) => {
    const all = (stores ?? 0) + (blobs.upstreams[index] ?? 0);
    return stores === null || all === 0 ? null : stores / all;
  });
  const bytes = ofBackends(history, 'bytes', toHour);
  const usd = ofBackends(history, 'usd', toHour);
  return [
    {
      title: 'Requests a second',
      format: formatRate,
      series: [
        { label: 'requests', color: 'line', values: rate(requests) },
        ...(failed ? [{ label: 'errors', color: 'alarm', values: rate(errors) }] : []),
      ],
      empty: 'No data yet: the first step takes 10 s.',
    },
    {
      title: 'Blobs from stores',
      format: formatShare,
      series: [{ label: 'stores', color: 'stores', fill: true, values: share }],
      empty: history.isLocal
        ? 'This server does not report the share of blobs over time.'
        : 'No blob was asked for in this hour.',
    },
    {
      title: 'Time of a decision',
      format: formatSeconds,
      series: [
        { label: 'p50', color: 'line', values: decisionSeconds.p50 },
        { label: 'p99', color: 'line-2', values: decisionSeconds.p99 },
      ],
      empty: history.isLocal
        ? 'This server does not report times; /metrics has them.'
        : 'No request in this hour.',
    },
    usd.length > 0
      ? { title: 'Dollars an hour', format: formatUsd, series: usd }
      : {
          title: 'Bytes an hour',
          format: formatBytes,
          series: bytes.length > 0 ? bytes : [{ label: 'all', color: 'line', values: [] }],
          empty: 'No blob of known size was redirected in this hour.',
        },
  ];
}

/** Seconds to show: the hour, or less of it for a server that started a few minutes ago. */
function spanOf({ requests, steps, stepMs }) {
  const first = requests.findIndex((value) => value !== null);
  const known = first < 0 ? 0 : ((steps - first) * stepMs) / 1000;
  return [300, 900, 1800].find((span) => known < span * 0.95) ?? 3600;
}

/** The last hour, in charts that share their time. */
export function Charts({ history, changes, theme }) {
  const { untilMs, stepMs, steps } = history;
  const lines = useMemo(() => linesOf(history), [history]);
  const times = useMemo(
    () =>
      Array.from({ length: steps }, (_, index) => (untilMs - (steps - 1 - index) * stepMs) / 1000),
    [untilMs, stepMs, steps],
  );
  const span = spanOf(history);
  const window = [untilMs / 1000 - span, untilMs / 1000];
  return html`<section class="charts" aria-label="The last hour">
    ${lines.map((each) => html`<${Chart} key=${each.title} ...${each} times=${times} window=${window} changes=${changes} theme=${theme} />`)}
  </section>`;
}
