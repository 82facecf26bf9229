import { formatCount } from './format.js';
import { html } from './html.js';
import { Ago, Changes } from './parts.js';

/** The published address ranges in use. */
export function Ranges({ status, history, now }) {
  const { ranges } = status;
  const total = ranges.reduce(
    (count, { ipv4Prefixes, ipv6Prefixes }) => count + ipv4Prefixes + ipv6Prefixes,
    0,
  );
  const changes = (history.changes ?? []).filter(({ kind }) => kind === 'ranges');
  return html`<h1>
      Ranges <small>${formatCount(total)} prefixes of ${ranges.length} clouds</small>
    </h1>
    ${
      ranges.length === 0
        ? html`<p class="empty">
            The configuration uses no published ranges: clients have no cloud and region.
          </p>`
        : html`<table class="ranges" role="table" aria-label="Ranges by cloud">
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">cloud</th>
                <th role="columnheader" scope="col" class="number">age of the list</th>
                <th role="columnheader" scope="col" class="number">IPv4</th>
                <th role="columnheader" scope="col" class="number">IPv6</th>
                <th role="columnheader" scope="col">edition</th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              ${ranges.map(
                ({ cloud, date, version, ipv4Prefixes, ipv6Prefixes }) =>
                  html`<tr key=${cloud} role="row">
                    <th role="rowheader" scope="row" data-label="cloud">${cloud}</th>
                    <td role="cell" data-label="age of the list" class="number">
                      ${date === null ? 'no date' : html`<${Ago} at=${Date.parse(date)} now=${now} />`}
                    </td>
                    <td role="cell" data-label="IPv4" class="number">
                      ${formatCount(ipv4Prefixes)}
                    </td>
                    <td role="cell" data-label="IPv6" class="number">
                      ${formatCount(ipv6Prefixes)}
                    </td>
                    <td role="cell" data-label="edition"><code>${version}</code></td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    <section class="panel">
      <h2>Changes</h2>
      <${Changes}
        changes=${changes}
        now=${now}
        most=${20}
        empty="The lists have not changed in this hour."
      />
    </section>`;
}
