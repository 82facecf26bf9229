/** Values along an axis, and where they are drawn. */
export interface Axis {
  /** With its unit. */
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly scale: 'linear' | 'log';
  readonly ticks: readonly number[];
}

/** A linear axis from 0 whose ticks are round numbers. */
export function linearAxis(label: string, most: number, count = 5): Axis {
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  const steps = Math.ceil(most / step - 1e-9);
  const ticks = Array.from({ length: steps + 1 }, (_, at) => Number((at * step).toPrecision(12)));
  return { label, from: 0, to: ticks.at(-1)!, scale: 'linear', ticks };
}

/** An axis with exactly these ticks, from the first to the last. */
export function axisOf(label: string, ticks: readonly number[], scale: Axis['scale']): Axis {
  return { label, from: ticks[0], to: ticks.at(-1)!, scale, ticks };
}

const STEPS = [1, 2, 5, 6, 10, 15, 30, 60];

/** Minutes or hours from 0 to a whole number of them, with at most nine ticks. */
export function timeAxis(label: string, to: number): Axis {
  const step = STEPS.find((each) => to / each <= 8) ?? to;
  const ticks = Array.from({ length: Math.floor(to / step) + 1 }, (_, at) => at * step);
  return { label, from: 0, to, scale: 'linear', ticks };
}

/** The position of a value, from 0 to 1. */
export function positionOn({ from, to, scale }: Axis, value: number): number {
  return scale === 'log'
    ? Math.log(value / from) / Math.log(to / from)
    : (value - from) / (to - from);
}

/** A number for readers. */
export function readable(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
