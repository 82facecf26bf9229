/** Maximum wait that is honoured; milliseconds. */
const LONGEST = 24 * 60 * 60 * 1000;

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
/** The three forms of a date (RFC 9110 §5.6.7): the current one, and two obsolete ones. */
const DATES = [
  String.raw`[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) ${TIME} GMT`,
  String.raw`[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) ${TIME} GMT`,
  String.raw`[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) ${TIME} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/** Milliseconds since 1970; undefined if it is not a date. `Date.parse` accepts "1.5" and "-1" as dates. */
function parseHttpDate(text: string): number | undefined {
  const parts = DATES.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const month = MONTHS.indexOf(parts['month']) / 3;
  if (!Number.isInteger(month) || month < 0) return undefined;
  const year = Number(parts['year']);
  const [day, hour, minute, second] = ['day', 'hour', 'minute', 'second'].map((part) =>
    Number(parts[part]),
  );
  return Date.UTC(year < 100 ? 2000 + year : year, month, day, hour, minute, second);
}

/**
 * The minimum wait that a Retry-After header field states (RFC 9110 §10.2.3), in whole seconds or until a date;
 * undefined if it cannot be read.
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
