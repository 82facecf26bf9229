import { useEffect, useMemo, useRef, useState } from './lib/hooks.js';
import { filterRows } from './filter.js';
import { formatBytes, formatCount, formatRequests, formatShare } from './format.js';
import { sum } from './history.js';
import { html } from './html.js';
import { LAND } from './land.js';
import { layout } from './map-layout.js';
import { flowRows, pictureOf } from './map-nodes.js';
import { Ago, Choice, Filter, State } from './parts.js';
import { landPath } from './projection.js';
import { Table } from './table.js';

const READ_EVERY = 60_000;
const MOST_ROWS = 25;

async function read(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(15_000), cache: 'no-store' });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** The flows of a range, read once a minute while the view is open, and where regions are. */
function useFlows(range) {
  const [result, setResult] = useState({});
  const [places, setPlaces] = useState(undefined);
  useEffect(() => {
    read('api/places').then(
      ({ places: all }) =>
        setPlaces(new Map(all.map((each) => [`${each.cloud} ${each.region}`, each]))),
      () => setPlaces(new Map()),
    );
  }, []);
  useEffect(() => {
    let isOver = false;
    const turn = () =>
      read(`api/flows?range=${range}`).then(
        ({ flows }) => isOver || setResult({ range, flows, at: Date.now() }),
        (error) => isOver || setResult((last) => ({ ...last, problem: error.message })),
      );
    void turn();
    const timer = setInterval(turn, READ_EVERY);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [range]);
  return { ...result, places };
}

function useWidth() {
  const element = useRef(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) =>
      setWidth(Math.floor(contentRect.width)),
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

function amount({ requests, bytes }) {
  return `${formatRequests(requests)}${bytes === null ? ', of unknown size' : `, ${formatBytes(bytes)}`}`;
}

function short(text, room) {
  const most = Math.max(6, Math.floor(room / 6.5));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function Client({ node, by, room, href }) {
  const { x, y, size, title, label } = node;
  const value = by === 'bytes' ? formatBytes(node.value) : formatRequests(node.value);
  return html`<a
    href=${href}
    data-hint=${`Clients in ${title}: ${value}`}
    aria-label=${`Clients in ${title}: ${value}`}
  >
    <circle cx=${x} cy=${y} r=${size} class="client" />
    ${room !== undefined && html`<text x=${x + 14} y=${y + 4}>${short(label, room)}</text>`}
  </a>`;
}

function Target({ node, room, href }) {
  const { x, y, size, title, kind, down, names, label } = node;
  const isDown = down.length > 0;
  const words = `${kind === 'upstream' ? 'Upstream' : 'Store'} ${title}${names.length === 1 && !isDown ? ': up' : ''}`;
  return html`<a href=${href} data-hint=${words} aria-label=${words}>
    <rect
      x=${x - size}
      y=${y - size}
      width=${2 * size}
      height=${2 * size}
      class=${isDown ? 'down' : kind}
    />
    ${isDown && html`<text x=${x} y=${y - size - 3} class="mark" text-anchor="middle">▼</text>`}
    ${room !== undefined && html`<text x=${x + 14} y=${y + 4}>${short(label, room)}</text>`}
  </a>`;
}

function Picture({ picture, width, by, filter, onHint }) {
  const shown = useMemo(() => layout(picture, width), [picture, width]);
  const land = useMemo(() => landPath(LAND, shown.area), [shown.area.width, shown.area.top]);
  const { lanes, clientLane, backendLane, area } = shown;
  // A second click takes the filter away again.
  const href = (node) =>
    `#/map?${new URLSearchParams(node.filter === filter ? {} : { q: node.filter }).toString()}`;
  const hint = (event) => onHint(event.target.closest('[data-hint]')?.dataset.hint ?? '');
  return html`<svg
    class="world"
    width=${shown.width}
    height=${shown.height}
    viewBox=${`0 0 ${shown.width} ${shown.height}`}
    role="group"
    aria-label="Map of clients and backends; the table below has the same content"
    onMouseOver=${hint}
    onFocusIn=${hint}
  >
    <clipPath id="area">
      <rect x=${area.left} y=${area.top} width=${area.width} height=${area.height} />
    </clipPath>
    <path d=${land} class="land" clip-path="url(#area)" />
    ${shown.flows.map(
      (flow) =>
        html`<path
          key=${flow.key}
          d=${flow.path}
          class=${`flow ${flow.target.kind}`}
          stroke-width=${flow.width}
          data-hint=${`${flow.client.title} → ${flow.target.title}: ${amount(flow)}`}
        />`,
    )}
    ${clientLane.length > 0 && html`<text class="head" x=${lanes.clients.left} y=${lanes.clients.top + 15}>Clients not on the map</text>`}
    ${backendLane.length > 0 && html`<text class="head" x=${lanes.backends.left} y=${lanes.backends.top + 15}>Without a region</text>`}
    ${shown.clients.map((node) => html`<${Client} key=${node.key} node=${node} by=${by} href=${href(node)} />`)}
    ${shown.backends.map((node) => html`<${Target} key=${node.key} node=${node} href=${href(node)} />`)}
    ${clientLane.map((node) => html`<${Client} key=${node.key} node=${node} by=${by} room=${node.room} href=${href(node)} />`)}
    ${backendLane.map((node) => html`<${Target} key=${node.key} node=${node} room=${node.room} href=${href(node)} />`)}
    ${shown.labels.map(({ key, text, x, y, anchor }) => html`<text key=${key} class="label" x=${x} y=${y} text-anchor=${anchor}>${text}</text>`)}
  </svg>`;
}

const COLUMNS = [
  { label: 'clients', of: ({ client }) => client, isHeading: true },
  {
    label: 'sent to',
    of: ({ backend }) => backend,
    show: ({ backend, kind }) =>
      html`<i class=${kind === 'store' ? 'stores' : kind}></i
        >${kind === 'removed' ? `${backend} (no longer configured)` : html`<a href=${`#/backends?open=${encodeURIComponent(backend)}`}>${backend}</a>`}`,
  },
  {
    label: 'state',
    of: ({ state }) => state,
    show: ({ state }) => (state === 'removed' ? '–' : html`<${State} value=${state} />`),
  },
  {
    label: 'requests',
    of: ({ requests }) => requests,
    show: ({ requests }) => formatCount(requests),
    number: true,
  },
  {
    label: 'share',
    of: ({ share }) => share,
    show: ({ share }) => formatShare(share),
    number: true,
  },
  {
    label: 'bytes',
    of: ({ bytes }) => bytes,
    show: ({ bytes }) => (bytes === null ? 'unknown' : formatBytes(bytes)),
    number: true,
  },
];

/** From where clients ask, and where they are sent. */
export function WorldMap({ status, now, query, onQuery }) {
  const filter = query.get('q') ?? '';
  const by = query.get('by') === 'bytes' ? 'bytes' : 'requests';
  const range = query.get('range') === 'day' ? 'day' : 'hour';
  const { flows, places, at, problem, range: shownRange } = useFlows(range);
  const [element, width] = useWidth();
  const [hint, setHint] = useState('');
  const all = useMemo(() => flowRows(flows ?? [], status), [flows, status]);
  const found = useMemo(() => {
    const rows = filterRows(all, filter);
    const total = sum(rows.map(({ requests }) => requests));
    return rows.map((row) => ({ ...row, share: row.requests / total }));
  }, [all, filter]);
  const picture = useMemo(() => {
    const reached = new Set(found.map(({ backend }) => backend));
    const named = status.backends.map((each) => ({ ...each, backend: each.name }));
    const matching = new Set(filterRows(named, filter).map(({ name }) => name));
    const shown = named.filter(({ name }) => reached.has(name) || matching.has(name));
    return pictureOf(found, shown, places ?? new Map(), by);
  }, [found, status, places, by, filter]);
  const change = (values) => onQuery({ q: filter, by, range, ...values });
  const isReady = flows !== undefined && places !== undefined && shownRange === range;
  const over = range === 'day' ? 'the last day' : 'the last hour';
  return html`<h1>
      Map <small>where clients ask from, and where they are sent, over ${over}</small>
    </h1>
    <div class="tools">
      <${Filter}
        value=${filter}
        placeholder="cloud:aws region:eu- state:down"
        onChange=${(q) => change({ q })}
      />
      <${Choice}
        label="Width by"
        value=${by}
        options=${[
          ['requests', 'Requests'],
          ['bytes', 'Bytes'],
        ]}
        onChange=${(value) => change({ by: value })}
      />
      <${Choice}
        label="Over"
        value=${range}
        options=${[
          ['hour', 'Hour'],
          ['day', 'Day'],
        ]}
        onChange=${(value) => change({ range: value })}
      />
      ${at !== undefined && html`<span class="quiet">read <${Ago} at=${at} now=${now} /></span>`}
    </div>
    ${problem !== undefined && html`<p class="problem" role="status">${flows === undefined ? 'The flows cannot be read' : 'The flows are not up to date'}: ${problem}. Asking again every minute.</p>`}
    <div ref=${element} class="map">
      ${isReady && width > 0 && html`<${Picture} picture=${picture} width=${width} by=${by} filter=${filter} onHint=${setHint} />`}
      ${!isReady && problem === undefined && html`<p class="empty" role="status">Reading the flows…</p>`}
    </div>
    <p class="hint">
      ${
        hint === ''
          ? html`<i class="client"></i>clients, by traffic <i class="stores"></i>store
              <i class="upstream square"></i>upstream <i class="alarm"></i>down. A click filters the
              page.`
          : hint
      }
      ${picture.moreFlows > 0 && ` ${formatCount(picture.moreFlows)} smaller flows are only in the table.`}
    </p>
    ${
      isReady && found.length === 0
        ? html`<p class="empty">
            ${
              all.length === 0
                ? html`No request was redirected in ${over}. Pull an image through this server, or
                    <a href="#/explain">explain a request</a>.`
                : html`No flow matches the filter. <a href="#/map">Show all</a>`
            }
          </p>`
        : isReady &&
          html`<${Table}
            label="Flows"
            className="flows"
            columns=${COLUMNS}
            rows=${found}
            first=${{ label: by, descending: true }}
            keyOf=${({ name }) => name}
            now=${now}
            most=${MOST_ROWS}
          />`
    }`;
}
