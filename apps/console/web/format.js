const NONE = '–';

const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

/** A number with at most `digits` significant digits below 100, and thousands separated. */
function short(value, digits = 3) {
  const size = Math.abs(value);
  const fraction =
    size >= 100 || size === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.min(fraction, 6) });
}

function scaled(value, step, units) {
  let at = 0;
  let rest = value;
  while (Math.abs(rest) >= step && at < units.length - 1) {
    rest /= step;
    at++;
  }
  return `${short(rest)} ${units[at]}`;
}

/** A count, such as `12,400`. */
export function formatCount(value) {
  return isNumber(value) ? Math.round(value).toLocaleString('en-US') : NONE;
}

/** A number of requests, such as `1 request`. */
export function formatRequests(value) {
  return `${formatCount(value)} ${value === 1 ? 'request' : 'requests'}`;
}

/** A rate without its unit, such as `0.25` or `1,240`. */
export function formatRate(value) {
  return isNumber(value) ? short(value, 2) : NONE;
}

export function formatBytes(value) {
  return isNumber(value) ? scaled(value, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']) : NONE;
}

export function formatUsd(value) {
  if (!isNumber(value)) return NONE;
  const digits =
    Math.abs(value) >= 1 || value === 0
      ? 2
      : Math.min(6, 1 - Math.floor(Math.log10(Math.abs(value))));
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: Math.min(2, digits), maximumFractionDigits: digits })}`;
}

/** @param value of 1 */
export function formatShare(value) {
  if (!isNumber(value)) return NONE;
  const percent = value * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  // 99.96 % is not 100 %.
  const digits = percent > 0 && percent < 10 ? 1 : percent > 99 && percent < 100 ? 2 : 0;
  return `${(Math.floor(percent * 10 ** digits + 1e-9) / 10 ** digits).toFixed(digits)} %`;
}

/** A short time in seconds, such as `14 µs`. */
export function formatSeconds(value) {
  return isNumber(value)
    ? value >= 1
      ? `${short(value)} s`
      : scaled(value * 1e6, 1000, ['µs', 'ms'])
    : NONE;
}

/** How long something lasted, in its two largest units. */
export function formatDuration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** How long something lasted, in its largest unit. */
export function formatAge(milliseconds) {
  return formatDuration(milliseconds).split(' ').slice(0, 2).join(' ');
}

/** How long ago a moment was, in its largest unit. */
export function formatAgo(milliseconds) {
  return milliseconds < 5000 ? 'just now' : `${formatAge(milliseconds)} ago`;
}

/** A moment in local time with its zone. */
export function formatMoment(milliseconds) {
  return new Date(milliseconds).toLocaleString('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'long',
  });
}

/** A client's region in words; the cloud is empty if its network is unknown. */
export function regionInWords(cloud, region) {
  if (cloud === '') return 'unknown network';
  return region === '' ? cloud : `${cloud} ${region}`;
}
