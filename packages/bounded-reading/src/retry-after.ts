/** The longest wait that is honoured, in milliseconds. */
const LONGEST = 24 * 60 * 60 * 1000;

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
/** The three forms of a date (RFC 9110 §5.6.7): the one that is sent today, and two that must still be read. */
const DATES = [
  String.raw`[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) ${TIME} GMT`,
  String.raw`[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) ${TIME} GMT`,
  String.raw`[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) ${TIME} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/** Milliseconds since 1970; undefined where it is no date. `Date.parse` takes "1.5" and "-1" for dates. */
function parseHttpDate(text: string): number | undefined {
  const parts = DATES.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const month = MONTHS.indexOf(parts['month']) / 3;
  if (!Number.isInteger(month) || month < 0) return undefined;
  const year = Number(parts['year']);
  const [day, hour, minute, second] = [
    parts['day'],
    parts['hour'],
    parts['minute'],
    parts['second'],
  ].map(Number);
  return Date.UTC(year < 100 ? 2000 + year : year, month, day, hour, minute, second);
}

/**
 * How long a Retry-After header field says to wait (RFC 9110 §10.2.3): whole seconds, or until a date. `undefined`
 * where it says nothing that can be read.
 *
 * It says how long to wait at least. The waits of the caller are not shortened by it.
 *
 * @param now milliseconds since 1970, for a field that names a date
 * @returns milliseconds, from 0 to a day
 */
export function retryAfter(field: string | null, now: number): number | undefined {
  const text = field?.trim() ?? '';
  const date = parseHttpDate(text);
  if (date !== undefined) return Math.min(Math.max(date - now, 0), LONGEST);
  return /^\d+$/.test(text) ? Math.min(Number(text) * 1000, LONGEST) : undefined;
}
