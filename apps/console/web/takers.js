import { regionInWords } from './format.js';
import { sum } from './history.js';

/** A region is a backend's if this share of its requests went there. */
const MAIN = 0.3;
const MOST = 3;

function byRegion(flows) {
  const regions = new Map();
  for (const flow of flows) {
    const key = regionInWords(flow.cloud, flow.region);
    regions.set(key, [...(regions.get(key) ?? []), flow]);
  }
  return regions;
}

/** Requests that count: while a store is down, only those for blobs, which it would have served. An old server tells no blobs. */
const counted = ({ kind }, { requests, blobs }) =>
  kind === 'store' ? (blobs ?? requests) : requests;

/** The regions whose clients are sent to a backend while it is up, as far as the flows of the hour tell. */
function regionsOf(history, backend) {
  const { name, cloud, region } = backend;
  const own = [...byRegion(history.flows ?? [])].filter(([, flows]) => {
    const here = sum(
      flows.filter((flow) => flow.backend === name).map((flow) => counted(backend, flow)),
    );
    return here > 0 && here >= MAIN * sum(flows.map((flow) => counted(backend, flow)));
  });
  if (own.length > 0) return own.map(([key]) => key);
  // It has been down for longer than the flows reach back.
  return cloud ? [regionInWords(cloud, region)] : [];
}

/**
 * Where the clients of a backend that is down are sent now, by the flows of the last minute.
 *
 * @returns `{ regions, backends: [{ name, share }] }`, most requests first; undefined if it is up or nothing is known
 */
export function takersOf(history, backend) {
  if (backend.state !== 'down') return undefined;
  const regions = regionsOf(history, backend);
  const recent = (history.recentFlows ?? [])
    .flat()
    .filter(
      (flow) =>
        flow.backend !== backend.name && regions.includes(regionInWords(flow.cloud, flow.region)),
    );
  const all = sum(recent.map((flow) => counted(backend, flow)));
  if (all === 0) return undefined;
  const counts = new Map();
  for (const flow of recent)
    counts.set(flow.backend, (counts.get(flow.backend) ?? 0) + counted(backend, flow));
  const backends = [...counts]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name, share: count / all }))
    .toSorted((a, b) => b.share - a.share);
  return { regions, backends: backends.slice(0, MOST) };
}
