import { type Axis, positionOn, readable } from './axis.ts';
import { at, type Colour, rule, text } from './document.ts';

export interface Bar {
  readonly label: string;
  readonly values: readonly { readonly colour: Colour; readonly value: number }[];
}

export interface BarChart {
  readonly heading: string;
  readonly x: Axis;
  readonly bars: readonly Bar[];
  /** Names of the values of each bar, in their order. */
  readonly names: readonly string[];
}

const THICKNESS = 7;
const ROW = 21;
const MARGIN = { left: 160, right: 24, top: 62, bottom: 44 };

export function barChartHeight({ bars }: Pick<BarChart, 'bars'>): number {
  return MARGIN.top + bars.length * ROW + MARGIN.bottom;
}

/** Horizontal bars, one row for each label. */
export function barChart(chart: BarChart, width: number): string {
  const { heading, x, bars, names } = chart;
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const bottom = MARGIN.top + bars.length * ROW;
  const across = (value: number): number => left + positionOn(x, value) * (right - left);
  const parts = [text(6, 18, heading, { className: 'heading' })];
  for (const tick of x.ticks)
    parts.push(
      rule(across(tick), MARGIN.top, across(tick), bottom, tick === x.from ? 'axis' : 'grid'),
      text(across(tick), bottom + 19, readable(tick), { anchor: 'middle', className: 'quiet' }),
    );
  parts.push(
    text((left + right) / 2, bottom + 38, x.label, { anchor: 'middle', className: 'quiet' }),
  );
  for (const [index, name] of names.entries())
    parts.push(
      text(left + 200 * index, 44, name, { className: `label ${bars[0].values[index].colour}` }),
    );
  for (const [row, { label, values }] of bars.entries()) {
    const top = MARGIN.top + row * ROW;
    parts.push(text(left - 8, top + ROW / 2 + 4, label, { anchor: 'end' }));
    for (const [index, { colour, value }] of values.entries())
      parts.push(
        `<rect class="${colour}" stroke-width="0" x="${at(left)}" y="${at(top + 3 + index * THICKNESS)}" width="${at(across(value) - left)}" height="${THICKNESS - 1}"/>`,
      );
  }
  return parts.join('\n');
}
