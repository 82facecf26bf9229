import { formatBytes, formatSeconds } from './amounts.ts';
import { barLines } from './bars.ts';
import type { Progress } from './progress.ts';
import type { View } from './view.ts';

function rateOf({ bytesPerSecond, left }: Progress): string {
  return `${formatBytes(bytesPerSecond)}/s${left === undefined ? '' : `, ${formatSeconds(left)} left`}`;
}

/** Blobs being copied: count and bytes, rate, time left, current repositories. */
export function copyingView(progress: Progress): View {
  const bytesText = (): string =>
    `${formatBytes(progress.bytes)} of ${formatBytes(progress.bytesTotal)}`;
  const failedText = (): string[] => (progress.failed > 0 ? [`${progress.failed} failed`] : []);
  return {
    line() {
      const { blobs, blobsTotal, current } = progress;
      const names = current.toString();
      return [
        `${blobs}/${blobsTotal} blobs`,
        bytesText(),
        rateOf(progress),
        ...failedText(),
        ...(names === '' ? [] : [names]),
      ].join(', ');
    },
    lines(columns) {
      const { blobs, blobsTotal, bytes, bytesTotal, current } = progress;
      const blobsText = [`${blobs}/${blobsTotal}`, ...failedText()].join(', ');
      return barLines(
        [
          { label: 'blobs', done: blobs, total: blobsTotal, text: blobsText },
          {
            label: 'bytes',
            done: bytes,
            total: bytesTotal,
            text: bytesText(),
            more: rateOf(progress),
          },
        ],
        current.toString(),
        columns,
      );
    },
  };
}
