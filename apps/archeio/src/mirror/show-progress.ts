import { createLogUpdate } from 'log-update';
import { formatBytes, formatSeconds } from './amounts.ts';
import type { Progress } from './progress.ts';

const BAR = 30;
const REDRAWN_EVERY = 200;
const LINE_EVERY = 10_000;
const NAMES = 3;

function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR : Math.floor((BAR * Math.min(done, total)) / total);
  return `[${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}]`;
}

function rateOf({ bytesPerSecond, left }: Progress): string {
  return `${formatBytes(bytesPerSecond)}/s${left === undefined ? '' : `, ${formatSeconds(left)} left`}`;
}

function namesOf({ current }: Progress): string {
  const more = current.length - NAMES;
  return current.slice(0, NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** One line, for where nothing can be drawn over. */
export function progressLine(progress: Progress): string {
  const { blobs, blobsTotal, bytes, bytesTotal, failed } = progress;
  const names = namesOf(progress);
  return [
    `${blobs}/${blobsTotal} blobs`,
    `${formatBytes(bytes)} of ${formatBytes(bytesTotal)}`,
    rateOf(progress),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(names === '' ? [] : [names]),
  ].join(', ');
}

/** Bars, for a terminal. */
export function progressBars(progress: Progress): string {
  const { blobs, blobsTotal, bytes, bytesTotal, failed } = progress;
  return [
    `blobs ${bar(blobs, blobsTotal)} ${blobs}/${blobsTotal}${failed > 0 ? `, ${failed} failed` : ''}`,
    `bytes ${bar(bytes, bytesTotal)} ${formatBytes(bytes)} of ${formatBytes(bytesTotal)}, ${rateOf(progress)}`,
    `      ${namesOf(progress)}`,
  ].join('\n');
}

/** Shows how far it is until the returned function is called: bars on a terminal, else a line every ten seconds. */
export function showProgress(progress: Progress, output: NodeJS.WriteStream): () => void {
  if (!output.isTTY) {
    const timer = setInterval(() => output.write(`${progressLine(progress)}\n`), LINE_EVERY);
    return () => clearInterval(timer);
  }
  const draw = createLogUpdate(output);
  const timer = setInterval(() => draw(progressBars(progress)), REDRAWN_EVERY);
  return () => {
    clearInterval(timer);
    draw(progressBars(progress));
    draw.done();
  };
}
