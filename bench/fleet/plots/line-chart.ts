import { type Axis, positionOn, readable } from './axis.ts';
import { at, type Colour, rule, text } from './document.ts';

export interface Line {
  readonly label: string;
  readonly colour: Colour;
  readonly points: readonly (readonly [number, number])[];
}

export interface LineChart {
  readonly heading: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  /** Draws a dot at each point: few points, each of them a run. */
  readonly dots?: boolean;
  /** Writes names at the height of the highest point instead of the last one, for lines that end alike. */
  readonly namedAtHighest?: boolean;
}

/** Where a chart lies in its drawing; `labels` is the room for the names of the lines, right of them. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly labels: number;
}

const MARGIN = { left: 58, top: 34, bottom: 44 };
const LABEL_HEIGHT = 16;

/** Lines over two axes, each named at its end. */
export function lineChart(chart: LineChart, frame: Frame): string {
  const { heading, x, y, lines, dots = false, namedAtHighest = false } = chart;
  const left = frame.left + MARGIN.left;
  const right = frame.left + frame.width - frame.labels;
  const top = frame.top + MARGIN.top;
  const bottom = frame.top + frame.height - MARGIN.bottom;
  const across = (value: number): number => left + positionOn(x, value) * (right - left);
  const up = (value: number): number => bottom - positionOn(y, value) * (bottom - top);
  const parts = [text(frame.left + 6, frame.top + 18, heading, { className: 'heading' })];
  for (const tick of y.ticks)
    parts.push(
      rule(left, up(tick), right, up(tick), tick === y.from ? 'axis' : 'grid'),
      text(left - 8, up(tick) + 4, readable(tick), { anchor: 'end', className: 'quiet' }),
    );
  for (const tick of x.ticks)
    parts.push(
      rule(across(tick), bottom, across(tick), bottom + 5, 'axis'),
      text(across(tick), bottom + 19, readable(tick), { anchor: 'middle', className: 'quiet' }),
    );
  parts.push(
    text((left + right) / 2, bottom + 38, x.label, { anchor: 'middle', className: 'quiet' }),
    text(frame.left + 14, (top + bottom) / 2, y.label, {
      anchor: 'middle',
      className: 'quiet',
      rotated: true,
    }),
  );
  for (const { colour, points } of lines) {
    const drawn = points.map(([first, second]) => `${at(across(first))} ${at(up(second))}`);
    parts.push(`<path class="${colour}" d="M${drawn.join('L')}"/>`);
    if (dots)
      for (const [first, second] of points)
        parts.push(
          `<circle class="${colour}" cx="${at(across(first))}" cy="${at(up(second))}" r="3"/>`,
        );
  }
  const wanted = lines.map(({ points }) =>
    up(namedAtHighest ? Math.max(...points.map(([, value]) => value)) : points.at(-1)![1]),
  );
  for (const [index, position] of spread(wanted, LABEL_HEIGHT).entries())
    parts.push(
      text(right + 10, position + 4, lines[index].label, {
        className: `label ${lines[index].colour}`,
      }),
    );
  return parts.join('\n');
}

/** Moves positions apart until they are a distance from each other, in their order. */
export function spread(positions: readonly number[], distance: number): number[] {
  const order = positions.map((_, index) => index).toSorted((a, b) => positions[a] - positions[b]);
  const moved = [...positions];
  // Each round halves what overlaps; the labels of a chart are few.
  for (let round = 0; round < 50; round++)
    for (let rank = 1; rank < order.length; rank++) {
      const [above, below] = [order[rank - 1], order[rank]];
      const overlap = distance - (moved[below] - moved[above]);
      if (overlap <= 0) continue;
      moved[above] -= overlap / 2;
      moved[below] += overlap / 2;
    }
  return moved;
}
