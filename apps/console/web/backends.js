import { useMemo } from './lib/hooks.js';
import { BackendDetails } from './backend-details.js';
import { filterRows } from './filter.js';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatSeconds,
  formatShare,
  formatUsd,
} from './format.js';
import { changesOf, hourly, perSecond } from './history.js';
import { html } from './html.js';
import { hasPrice, savingsOf, trafficOf } from './money.js';
import { Ago, Filter, State } from './parts.js';
import { Table } from './table.js';
import { takersOf } from './takers.js';

/** The share of checks that found the blob; null without checks. */
function hitRate({ present = 0, absent = 0 }) {
  return present + absent === 0 ? null : present / (present + absent);
}

function rowsOf({ backends }, history) {
  const traffic = new Map(history.backends.map((each) => [each.name, each]));
  return backends.map((each) => {
    const counted = traffic.get(each.name) ?? { kind: each.kind };
    const { bytes, usd } = trafficOf(counted);
    const { since, lastProbe, inventory } = each;
    const { saved = null, unknown = null } = savingsOf(history, [counted]);
    return {
      ...each,
      rate: perSecond(history, counted.decisions ?? []),
      bytes: hourly(history, bytes),
      usd: hasPrice(each) ? hourly(history, usd) : null,
      saved: counted.decisions?.length > 0 ? saved : null,
      unknown: unknown || null,
      hits: each.kind === 'store' ? hitRate(each.presenceChecks) : null,
      inventoryAge: inventory?.ageSeconds ?? null,
      probed: lastProbe === null ? null : Date.parse(lastProbe.at),
      changed: since === null ? null : Date.parse(since),
    };
  });
}

const COLUMNS = [
  {
    label: 'state',
    of: ({ state }) => state,
    show: ({ state }) => html`<${State} value=${state} />`,
  },
  {
    label: 'name',
    of: ({ name }) => name,
    show: ({ name }) => html`<a href=${`#/backends?open=${encodeURIComponent(name)}`}>${name}</a>`,
    isHeading: true,
  },
  {
    label: 'kind',
    of: ({ kind }) => kind,
    show: ({ kind }) =>
      html`<span class="kind"
        ><i class=${kind === 'store' ? 'stores' : 'upstream'}></i>${kind}</span
      >`,
  },
  {
    label: 'region',
    of: ({ cloud, region }) => (cloud ? `${cloud} ${region}` : null),
    show: ({ cloud, region }) => (cloud ? `${cloud} ${region}` : '–'),
    isOptional: true,
    isWide: true,
  },
  {
    label: 'redirects a second',
    of: ({ rate }) => rate,
    show: ({ rate }) => formatRate(rate),
    number: true,
  },
  {
    label: 'bytes an hour',
    of: ({ bytes }) => bytes,
    show: ({ bytes }) => formatBytes(bytes),
    number: true,
    isOptional: true,
  },
  {
    label: 'dollars an hour',
    of: ({ usd }) => usd,
    show: ({ usd }) => formatUsd(usd),
    number: true,
    isOptional: true,
  },
  {
    label: 'saved an hour',
    of: ({ saved }) => saved,
    show: ({ saved }) => formatUsd(saved),
    number: true,
    isOptional: true,
    isWide: true,
  },
  {
    label: 'unknown sizes',
    of: ({ unknown }) => unknown,
    show: ({ unknown }) => formatCount(unknown),
    number: true,
    isOptional: true,
    isWide: true,
  },
  { label: 'found', of: ({ hits }) => hits, show: ({ hits }) => formatShare(hits), number: true },
  {
    label: 'inventory',
    of: ({ inventoryAge }) => inventoryAge,
    show: ({ inventoryAge }) =>
      inventoryAge === null ? '–' : `${formatDuration(inventoryAge * 1000)} old`,
    number: true,
    isOptional: true,
  },
  {
    label: 'canary',
    of: ({ lastProbe }) => lastProbe?.seconds ?? null,
    show: ({ probed, lastProbe }, now) =>
      probed === null
        ? '–'
        : html`${lastProbe.outcome === 'fail' ? 'failed' : formatSeconds(lastProbe.seconds)},
            <${Ago} at=${probed} now=${now} />`,
    number: true,
  },
  {
    label: 'changed',
    of: ({ changed }) => changed,
    show: ({ changed }, now) =>
      changed === null ? '–' : html`<${Ago} at=${changed} now=${now} />`,
    number: true,
  },
];

/** Every store and upstream. */
export function Backends({ status, history, now, query, onQuery }) {
  const filter = query.get('q') ?? '';
  const rows = useMemo(() => rowsOf(status, history), [status, history]);
  const found = useMemo(() => filterRows(rows, filter), [rows, filter]);
  const open = rows.find(({ name }) => name === query.get('open'));
  const down = rows.filter(({ state }) => state === 'down').length;
  const changesOfOpen = (name) => {
    const fromHistory = (history.changes ?? []).filter(({ backend }) => backend === name);
    return fromHistory.length > 0
      ? fromHistory
      : changesOf(status).filter(({ backend }) => backend === name);
  };
  return html`<h1>
      Backends
      <small
        >${rows.length},
        ${down === 0 ? 'all up' : html`<a class="alarm" href="#/backends?q=state:down">${down} down</a>`}</small
      >
    </h1>
    <${Filter}
      value=${filter}
      placeholder="cloud:aws state:down eu-"
      onChange=${(q) => onQuery({ q, open: query.get('open') })}
    />
    ${open !== undefined && html`<${BackendDetails} backend=${open} now=${now} changes=${changesOfOpen(open.name)} takers=${takersOf(history, open)} />`}
    ${
      found.length === 0
        ? html`<p class="empty">
            ${rows.length === 0 ? 'The configuration has no backends.' : 'No backend matches the filter.'}
          </p>`
        : html`<${Table}
            label="Backends"
            className="backends"
            columns=${COLUMNS}
            rows=${found}
            first=${{ label: 'state', descending: false }}
            keyOf=${({ name }) => name}
            now=${now}
            isOpen=${(row) => row === open}
          />`
    }`;
}
