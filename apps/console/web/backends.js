import { useMemo, useState } from './lib/hooks.js';
import { BackendDetails } from './backend-details.js';
import { filterRows, sortRows } from './filter.js';
import { formatBytes, formatDuration, formatRate, formatShare, formatUsd } from './format.js';
import { changesOf, hourly, perSecond } from './history.js';
import { html } from './html.js';
import { trafficOf } from './money.js';
import { Ago, State } from './parts.js';

const AT_FIRST = 100;

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
    return {
      ...each,
      rate: perSecond(history, counted.decisions ?? []),
      bytes: hourly(history, bytes),
      usd: hourly(history, usd),
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
  { label: 'name', of: ({ name }) => name },
  {
    label: 'kind',
    of: ({ kind }) => kind,
    show: ({ kind }) => html`<i class=${kind === 'store' ? 'stores' : 'upstream'}></i>${kind}`,
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
    of: ({ probed }) => probed,
    show: ({ probed, lastProbe }, now) =>
      probed === null
        ? '–'
        : html`${lastProbe.outcome === 'fail' ? 'failed ' : ''}<${Ago} at=${probed} now=${now} />`,
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

function Head({ columns, sort, onSort }) {
  return html`<thead role="rowgroup">
    <tr role="row">
      ${columns.map(({ label, number }) => {
        const direction =
          sort.label === label ? (sort.descending ? 'descending' : 'ascending') : 'none';
        return html`<th
          key=${label}
          role="columnheader"
          scope="col"
          aria-sort=${direction}
          class=${number ? 'number' : ''}
        >
          <button type="button" onClick=${() => onSort(label)}>
            ${label}<span aria-hidden="true"
              >${direction === 'ascending' ? ' ↑' : direction === 'descending' ? ' ↓' : ''}</span
            >
          </button>
        </th>`;
      })}
    </tr>
  </thead>`;
}

function Row({ row, columns, now, isOpen }) {
  return html`<tr role="row" class=${isOpen ? 'open' : ''}>
    ${columns.map(({ label, of, show, number }) =>
      label === 'name'
        ? html`<th key=${label} role="rowheader" scope="row" data-label=${label}>
            <a href=${`#/backends?open=${encodeURIComponent(row.name)}`}>${row.name}</a>
          </th>`
        : html`<td key=${label} role="cell" data-label=${label} class=${number ? 'number' : ''}>
            ${show === undefined ? of(row) : show(row, now)}
          </td>`,
    )}
  </tr>`;
}

/** Every store and upstream. */
export function Backends({ status, history, now, query, onQuery }) {
  const [sort, setSort] = useState({ label: 'state', descending: false });
  const [all, setAll] = useState(false);
  const filter = query.get('q') ?? '';
  const rows = useMemo(() => rowsOf(status, history), [status, history]);
  const columns = COLUMNS.filter(
    ({ of, isOptional }) => !isOptional || rows.some((row) => of(row) !== null),
  );
  const { of, label } = COLUMNS.find((each) => each.label === sort.label);
  const found = useMemo(
    () => sortRows(filterRows(rows, filter), of, sort.descending),
    [rows, filter, sort],
  );
  const shown = all ? found : found.slice(0, AT_FIRST);
  const open = rows.find(({ name }) => name === query.get('open'));
  const onSort = (wanted) =>
    setSort({
      label: wanted,
      descending:
        wanted === label
          ? !sort.descending
          : COLUMNS.find((each) => each.label === wanted).number === true,
    });
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
    <p>
      <label class="filter"
        >Filter
        <input
          type="search"
          data-filter
          value=${filter}
          placeholder="state:down kind:store eu-"
          onInput=${(event) => onQuery({ q: event.target.value, open: query.get('open') })}
      /></label>
    </p>
    ${open !== undefined && html`<${BackendDetails} backend=${open} now=${now} changes=${changesOfOpen(open.name)} />`}
    ${
      found.length === 0
        ? html`<p class="empty">
            ${rows.length === 0 ? 'The configuration has no backends.' : 'No backend matches the filter.'}
          </p>`
        : html`<table class="backends" role="table" aria-label="Backends">
            <${Head} columns=${columns} sort=${sort} onSort=${onSort} />
            <tbody role="rowgroup">
              ${shown.map((row) => html`<${Row} key=${row.name} row=${row} columns=${columns} now=${now} isOpen=${row === open} />`)}
            </tbody>
          </table>`
    }
    ${found.length > shown.length && html`<p class="more">${found.length - shown.length} more. <button type="button" onClick=${() => setAll(true)}>Show all</button></p>`}`;
}
