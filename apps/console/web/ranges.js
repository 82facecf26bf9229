import { formatCount, formatShare } from './format.js';
import { html } from './html.js';
import { Age, Ago, Changes } from './parts.js';
import { Table } from './table.js';

function addresses({ lost, gained }, family) {
  const parts = [
    ...(gained > 0 ? [`${formatShare(gained)} new`] : []),
    ...(lost > 0 ? [`${formatShare(lost)} gone`] : []),
  ];
  return parts.length === 0 ? [] : [`${family}: ${parts.join(', ')}`];
}

/** What a refresh changed: prefixes, and the shares of addresses that came and went. */
function changeInWords({ before, after, ipv4, ipv6 }) {
  const prefixes = after - before;
  const count =
    prefixes === 0
      ? `${formatCount(after)} prefixes as before`
      : `${formatCount(Math.abs(prefixes))} prefixes ${prefixes > 0 ? 'more' : 'fewer'}`;
  return [count, ...addresses(ipv4, 'IPv4'), ...addresses(ipv6, 'IPv6')].join('; ');
}

const COLUMNS = [
  { label: 'cloud', of: ({ cloud }) => cloud, isHeading: true },
  {
    label: 'age of the list',
    of: ({ date }) => (date === null ? null : Date.parse(date)),
    show: ({ date }, now) =>
      date === null ? 'no date' : html`<${Age} at=${Date.parse(date)} now=${now} />`,
    number: true,
  },
  {
    label: 'IPv4',
    of: ({ ipv4Prefixes }) => ipv4Prefixes,
    show: ({ ipv4Prefixes }) => formatCount(ipv4Prefixes),
    number: true,
  },
  {
    label: 'IPv6',
    of: ({ ipv6Prefixes }) => ipv6Prefixes,
    show: ({ ipv6Prefixes }) => formatCount(ipv6Prefixes),
    number: true,
  },
  {
    label: 'last asked',
    of: ({ lastAttempt }) => (lastAttempt === null ? null : Date.parse(lastAttempt)),
    show: ({ lastAttempt, lastError, used }, now) => {
      if (lastAttempt === null) return used ? 'not yet' : 'not used';
      const ago = html`<${Ago} at=${Date.parse(lastAttempt)} now=${now} />`;
      return lastError === null
        ? ago
        : html`<span class="state down"><span aria-hidden="true">▼</span> failed</span> ${ago}`;
    },
  },
  {
    label: 'last change',
    of: ({ lastChange }) => (lastChange === null ? null : Date.parse(lastChange.at)),
    show: ({ lastChange }, now) =>
      lastChange === null
        ? 'none since the start'
        : html`<${Ago} at=${Date.parse(lastChange.at)} now=${now} />: ${changeInWords(lastChange)}`,
  },
  {
    label: 'edition',
    of: ({ version }) => version,
    show: ({ version }) => html`<code>${version}</code>`,
  },
];

/** The published address ranges in use. */
export function Ranges({ status, history, now }) {
  const { ranges } = status;
  const total = ranges.reduce(
    (count, { ipv4Prefixes, ipv6Prefixes }) => count + ipv4Prefixes + ipv6Prefixes,
    0,
  );
  const failed = ranges.filter(({ lastError }) => lastError !== null);
  const changes = (history.changes ?? []).filter(({ kind }) => kind === 'ranges');
  return html`<h1>
      Ranges <small>${formatCount(total)} prefixes of ${ranges.length} clouds</small>
    </h1>
    ${
      failed.length > 0 &&
      html`<ul class="remarks">
        ${failed.map(({ cloud, lastError }) => html`<li key=${cloud}>${cloud} could not be refreshed: ${lastError}. The list below stays in use.</li>`)}
      </ul>`
    }
    ${
      ranges.length === 0
        ? html`<p class="empty">
            The configuration uses no published ranges: clients have no cloud and region.
          </p>`
        : html`<${Table}
            label="Ranges by cloud"
            className="ranges"
            columns=${COLUMNS}
            rows=${ranges}
            keyOf=${({ cloud }) => cloud}
            now=${now}
          />`
    }
    <section class="panel">
      <h2>Changes</h2>
      <${Changes}
        changes=${changes}
        now=${now}
        most=${20}
        empty="The lists have not changed since the start."
      />
    </section>`;
}
