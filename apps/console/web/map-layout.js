import { ASPECT, project } from './projection.js';

/** Where everything of the map is, in pixels. */

const NARROW = 700;
const LANE = 170;
const ROW = 26;
const HEAD = 24;
const LETTER = 6.3;
const LARGEST_CIRCLE = 22;
const WIDEST_FLOW = 12;
/** Of a narrow map, which is easily covered. */
const FEW_FLOWS = 25;
const MOST_LABELS = 14;

const round = (value) => Math.round(value * 10) / 10;

/** A curve from one point to another, bent to the north. */
function curve([x1, y1], [x2, y2]) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [x, middle] = [(x1 + x2) / 2, (y1 + y2) / 2];
  // The middle of the curve stays on the map.
  const y = Math.max(middle - Math.min(length * 0.22, 90), 8 - middle);
  return `M${round(x1)} ${round(y1)}Q${round(x)} ${round(y)} ${round(x2)} ${round(y2)}`;
}

function overlaps(a, b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** The square around a node, and whether another is at the same place. */
const boxOf = ({ x, y, size }) => ({ x: x - size, y: y - size, w: 2 * size, h: 2 * size });
const isAt = (a, b) => a.x === b.x && a.y === b.y;

/** Chooses the labels that cover nothing: those of the first nodes, at the right or left of each. */
function labelsOf(nodes, width, obstacles) {
  const labels = [];
  const taken = [];
  for (const node of nodes) {
    if (labels.length === MOST_LABELS) break;
    if (labels.some(({ of }) => isAt(of, node))) continue;
    const here = obstacles.filter((each) => isAt(each, node));
    const others = obstacles.filter((each) => !isAt(each, node)).map(boxOf);
    const size = Math.max(...here.map((each) => each.size));
    const w = node.label.length * LETTER;
    const sides = [
      { x: node.x + size + 4, anchor: 'start' },
      { x: node.x - size - 4 - w, anchor: 'end' },
    ];
    const fitting = sides.find(({ x }) => {
      const box = { x, y: node.y - 8, w, h: 16 };
      // Between a node and its label is no other node, which would seem to be labelled.
      const reach = { ...box, x: Math.min(x, node.x), w: w + size + 4 };
      return (
        x >= 0 &&
        x + w <= width &&
        !taken.some((each) => overlaps(each, box)) &&
        !others.some((each) => overlaps(each, reach))
      );
    });
    // What is down is always named.
    const side = fitting ?? (node.down?.length > 0 ? sides[1] : undefined);
    if (side === undefined) continue;
    taken.push({ x: side.x, y: node.y - 8, w, h: 16 });
    labels.push({
      of: node,
      key: node.key,
      text: node.label,
      x: side.anchor === 'start' ? side.x : side.x + w,
      y: node.y + 4,
      anchor: side.anchor,
    });
  }
  return labels;
}

/** One entry below the other, or in columns on a narrow page. */
function inLane(nodes, { left, top, width }, columns, size) {
  return nodes.map((node, index) => ({
    ...node,
    size,
    x: left + 10 + (index % columns) * (width / columns),
    y: top + HEAD + Math.floor(index / columns) * ROW + ROW / 2,
    room: width / columns - 28,
  }));
}

const laneHeight = (nodes, columns) =>
  nodes.length === 0 ? 0 : HEAD + Math.ceil(nodes.length / columns) * ROW + 8;

/**
 * @param picture of `pictureOf`
 * @param width of the page in pixels
 */
export function layout(picture, width) {
  const isNarrow = width < NARROW;
  const columns = isNarrow ? 2 : 1;
  const hasClients = picture.clientLane.length > 0;
  const above = isNarrow ? laneHeight(picture.clientLane, columns) : 0;
  const left = !isNarrow && hasClients ? LANE : 0;
  const right = !isNarrow && picture.backendLane.length > 0 ? LANE : 0;
  const area = { left, top: above, width: width - left - right };
  const mapHeight = Math.round(area.width * ASPECT);
  const heights = [picture.clientLane, picture.backendLane].map((each) =>
    laneHeight(each, columns),
  );
  const height = isNarrow ? above + mapHeight + heights[1] : Math.max(mapHeight, ...heights);
  const beside = (x, own) => ({ left: x, top: Math.round((height - own) / 2), width: LANE });
  const lanes = isNarrow
    ? {
        clients: { left: 0, top: 0, width },
        backends: { left: 0, top: above + mapHeight, width },
      }
    : { clients: beside(0, heights[0]), backends: beside(width - LANE, heights[1]) };

  const most = Math.max(
    0,
    ...[...picture.clients, ...picture.clientLane].map(({ value }) => value),
  );
  const largest = isNarrow ? LARGEST_CIRCLE / 2 : LARGEST_CIRCLE;
  const onMap = ({ place }) => project(place.longitude, place.latitude, area);
  const clients = picture.clients.map((node) => {
    const [x, y] = onMap(node);
    // The area of a circle is its traffic.
    const size = Math.max(3, largest * Math.sqrt(most === 0 ? 0 : node.value / most));
    return { ...node, x, y, size };
  });
  const backends = picture.backends.map((node) => {
    const [x, y] = onMap(node);
    return { ...node, x, y, size: isNarrow ? 3 : 5 };
  });
  const clientLane = inLane(picture.clientLane, lanes.clients, columns, 6);
  const backendLane = inLane(picture.backendLane, lanes.backends, columns, 5);

  const at = new Map(
    [...clients, ...backends, ...clientLane, ...backendLane].map((node) => [node.key, node]),
  );
  const shownFlows = isNarrow ? picture.flows.slice(0, FEW_FLOWS) : picture.flows;
  const mostWidth = isNarrow ? WIDEST_FLOW / 2 : WIDEST_FLOW;
  const widest = Math.max(0, ...shownFlows.map(({ value }) => value));
  const flows = shownFlows
    .map((flow) => {
      const [from, to] = [at.get(flow.client.key), at.get(flow.target.key)];
      const isLocal = from.x === to.x && from.y === to.y;
      return {
        ...flow,
        path: isLocal ? undefined : curve([from.x, from.y], [to.x, to.y]),
        width: widest === 0 ? 1 : round(Math.max(1, (mostWidth * flow.value) / widest)),
      };
    })
    // The widest first, so that the others are drawn over it.
    .filter(({ path }) => path !== undefined);
  const down = backends.filter((node) => node.down.length > 0);
  const obstacles = [...backends, ...clients];
  const labels = isNarrow
    ? labelsOf(down, width, obstacles)
    : labelsOf([...down, ...clients], area.left + area.width, obstacles);
  return {
    width,
    height,
    area: { ...area, height: mapHeight },
    lanes,
    clients,
    backends,
    clientLane,
    backendLane,
    flows,
    labels,
  };
}
