import { regionInWords } from './format.js';
import { sum } from './history.js';

/** What the map shows, as data: rows of the table, and the nodes and flows of the picture. */

/** Clients whose network is not known, as the filter finds them. */
const UNKNOWN = 'unknown';

/** Backends and clients that a list beside the map shows; the others are one entry. */
const MOST_IN_LANE = 8;
const MOST_FLOWS = 60;

/** One row for each flow, with what is known of its backend. */
export function flowRows(flows, { backends }) {
  const known = new Map(backends.map((each) => [each.name, each]));
  return flows.map(({ cloud, region, backend, requests, bytes }) => {
    const to = known.get(backend);
    return {
      client: regionInWords(cloud, region),
      clientCloud: cloud,
      clientRegion: region,
      backend,
      kind: to?.kind ?? 'removed',
      state: to?.state ?? 'removed',
      requests,
      // The sizes of manifests are not known, nor those of some blobs.
      bytes: bytes > 0 || (to?.kind === 'store' && to.unknownSizes === 0) ? bytes : null,
      name: `${regionInWords(cloud, region)} ${backend}`,
      clientKeys: [cloud === '' ? UNKNOWN : cloud, region],
      cloud: [cloud === '' ? UNKNOWN : cloud, to?.cloud ?? ''].filter((each) => each !== ''),
      region: [region, to?.region ?? ''].filter((each) => each !== ''),
    };
  });
}

/** The filter that selects the rows of a node. */
function filterOf(key, value) {
  return `${key}:${value.toLowerCase().split(/\s/)[0]}`;
}

function clientNode({ clientCloud, clientRegion, client }, places) {
  const place = places.get(`${clientCloud} ${clientRegion}`);
  return {
    key: `client ${client}`,
    label: place === undefined ? client : clientRegion,
    title: place === undefined ? client : `${client}, ${place.city.replace('~', 'about ')}`,
    place,
    filter:
      clientRegion === ''
        ? filterOf('client', clientCloud === '' ? UNKNOWN : clientCloud)
        : `${filterOf('cloud', clientCloud)} ${filterOf('client', clientRegion)}`,
    value: 0,
  };
}

/** The backends that share a place are one node of the map; others have their own. */
function backendNode({ name, kind, cloud, region, state }, places) {
  const place = places.get(`${cloud} ${region}`);
  return {
    key:
      place === undefined ? `backend ${name}` : `backends at ${place.latitude} ${place.longitude}`,
    kind,
    place,
    names: [name],
    down: state === 'down' ? [name] : [],
    filter: filterOf('backend', name),
    value: 0,
  };
}

function joined(nodes, more) {
  const known = nodes.get(more.key);
  if (known === undefined) {
    nodes.set(more.key, more);
    return more;
  }
  known.names.push(...more.names);
  known.down.push(...more.down);
  if (known.kind !== more.kind) known.kind = 'store';
  known.filter = filterOf('region', known.place.region);
  return known;
}

/** The first nodes of a lane by traffic, and one for all others; `at` has the node of each key. */
function lane(nodes, what, at) {
  const sorted = nodes.toSorted(
    (a, b) => (b.down?.length ?? 0) - (a.down?.length ?? 0) || b.value - a.value,
  );
  if (sorted.length <= MOST_IN_LANE) return sorted;
  const shown = sorted.slice(0, MOST_IN_LANE - 1);
  const rest = sorted.slice(MOST_IN_LANE - 1);
  const others = {
    ...rest[0],
    key: `other ${what}`,
    label: `${rest.length} more`,
    title: `${rest.length} more ${what}`,
    names: rest.flatMap(({ names }) => names ?? []),
    down: rest.flatMap(({ down }) => down ?? []),
    filter: '',
    value: sum(rest.map(({ value }) => value)),
  };
  for (const { key } of rest) at.set(key, others);
  return [...shown, others];
}

function labelled(node) {
  const { names, down } = node;
  if (node.label !== undefined) return node;
  const label = names.length === 1 ? names[0] : `${names.length} backends`;
  const state = down.length === 0 ? '' : `: ${down.slice(0, 3).join(', ')} down`;
  return Object.assign(node, { label, title: `${label}${state}` });
}

/**
 * The nodes and flows of the picture.
 *
 * @param rows of {@link flowRows}, filtered
 * @param backends those of the status, filtered
 * @param places by cloud and region
 * @param by `requests` or `bytes`: the width of flows, the size of circles
 */
export function pictureOf(rows, backends, places, by) {
  const clients = new Map();
  const targets = new Map();
  const targetOf = new Map();
  for (const each of backends) targetOf.set(each.name, joined(targets, backendNode(each, places)));
  const flows = new Map();
  for (const row of rows) {
    const client = clients.get(row.client) ?? clientNode(row, places);
    clients.set(row.client, client);
    const target =
      targetOf.get(row.backend) ??
      joined(targets, backendNode({ name: row.backend, kind: row.kind, cloud: null }, places));
    targetOf.set(row.backend, target);
    const value = row[by] ?? 0;
    client.value += value;
    target.value += value;
    const key = `${client.key} → ${target.key}`;
    const flow = flows.get(key) ?? { key, client, target, requests: 0, bytes: null, value: 0 };
    flow.requests += row.requests;
    if (row.bytes !== null) flow.bytes = (flow.bytes ?? 0) + row.bytes;
    flow.value += value;
    flows.set(key, flow);
  }
  const at = new Map();
  const placed = (nodes, isPlaced) =>
    nodes.filter(({ place }) => (place !== undefined) === isPlaced);
  const allTargets = [...targets.values()].map(labelled);
  const allClients = [...clients.values()];
  const clientLane = lane(placed(allClients, false), 'clients', at);
  const backendLane = lane(placed(allTargets, false), 'backends', at);
  const merged = new Map();
  for (const flow of flows.values()) {
    const client = at.get(flow.client.key) ?? flow.client;
    const target = at.get(flow.target.key) ?? flow.target;
    const key = `${client.key} → ${target.key}`;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { ...flow, key, client, target });
    else {
      known.requests += flow.requests;
      known.value += flow.value;
      if (flow.bytes !== null) known.bytes = (known.bytes ?? 0) + flow.bytes;
    }
  }
  const sorted = [...merged.values()].toSorted(
    (a, b) => b.value - a.value || b.requests - a.requests,
  );
  return {
    clients: placed(allClients, true).toSorted((a, b) => b.value - a.value),
    backends: placed(allTargets, true),
    clientLane,
    backendLane,
    flows: sorted.slice(0, MOST_FLOWS),
    moreFlows: Math.max(0, sorted.length - MOST_FLOWS),
  };
}
