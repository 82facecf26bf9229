import { Charts } from './charts.js';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatSeconds,
  formatShare,
  formatUsd,
} from './format.js';
import { covered, hourly, latest, perSecond, stepsOf, storeShare, sum } from './history.js';
import { html } from './html.js';
import { hasPrice, moneyOf, trafficOf } from './money.js';
import { Changes } from './parts.js';
import { remarksOn, sentenceOf } from './sentence.js';

/** The share of redirects, for a server that does not tell the share of blobs. */
function redirectShare({ backends }) {
  const of = (kind) =>
    sum(backends.filter((each) => each.kind === kind).flatMap(({ decisions }) => decisions));
  const all = of('store') + of('upstream');
  return all === 0 ? null : of('store') / all;
}

function change(now, hour) {
  if (now === null || hour === null) return '';
  const points = Math.round((now - hour) * 100);
  return points === 0 ? 'as before' : `${points > 0 ? '+' : '−'}${Math.abs(points)} points`;
}

function Figure({ label, value, note, href, tone, children }) {
  return html`<div class=${`figure ${tone ?? ''}`}>
    <dt>${href === undefined ? label : html`<a href=${href}>${label}</a>`}</dt>
    <dd class="value">${value}</dd>
    <dd class="note">${note} ${children}</dd>
  </div>`;
}

function Figures({ history, status: { totals, backends } }) {
  const minute = stepsOf(history, 60_000);
  const share = storeShare(history);
  const recent = storeShare(history, minute);
  const requests = perSecond(history, history.requests, minute);
  const { bytes, usd, saved, unknown } = moneyOf(history, backends);
  const sent = unknown === undefined ? 'from stores' : 'from stores and upstreams';
  const missing =
    unknown > 0
      ? `; ${formatCount(unknown)} ${unknown === 1 ? 'request' : 'requests'} of unknown size ${unknown === 1 ? 'is' : 'are'} not in it`
      : '';
  const errors = sum(history.errors);
  const { p50, p99 } = history.decisionSeconds;
  const span = covered(history) * history.stepMs;
  const over = span < 3_500_000 ? `over ${formatDuration(span)}` : 'over the last hour';
  return html`<dl class="figures">
    ${
      share === null && history.isLocal
        ? html`<${Figure}
            label="Redirects to stores"
            value=${formatShare(redirectShare(history))}
            note=${over}
            href="#/backends"
          />`
        : html`<${Figure}
            label="Blobs from stores"
            value=${formatShare(share)}
            note=${recent === null ? `${over}; none in the last minute` : `${over}; now ${formatShare(recent)}, ${change(recent, share)}`}
            href="#/backends?q=kind:store"
          />`
    }
    <${Figure}
      label="Requests a second"
      value=${formatRate(requests)}
      note=${`${formatRate(perSecond(history, history.requests))} ${over}`}
    />
    <${Figure}
      label="Time of a decision"
      value=${formatSeconds(latest(p50, minute))}
      note=${`half are faster; 99 % are faster than ${formatSeconds(latest(p99, minute))}`}
    />
    <${Figure}
      label="Presence checks a second"
      value=${formatRate(perSecond(history, history.checks.count, minute))}
      note=${`99 % answer within ${formatSeconds(latest(history.checks.p99Seconds, minute))}`}
      href="#/backends?q=kind:store"
    />
    ${
      typeof usd !== 'number'
        ? html`<${Figure}
            label="Bytes an hour"
            value=${formatBytes(bytes)}
            note=${`${sent}, as far as sizes are known${usd === null ? '; dollars need prices in the configuration' : ''}`}
          />`
        : html`<${Figure}
            label="Dollars an hour"
            value=${formatUsd(usd)}
            note=${`for ${formatBytes(bytes)} ${sent}, as far as sizes are known`}
          />`
    }
    ${
      saved !== undefined &&
      html`<${Figure}
        label="Saved an hour"
        value=${saved === null ? 'no price set' : formatUsd(saved)}
        note=${saved === null ? 'usdPerGiB of stores and upstreams tells what stores save' : `against sending everything from the upstream${missing}`}
      />`
    }
    <${Figure}
      label="Errors"
      tone=${errors > 0 ? 'alarm' : ''}
      value=${history.isLocal ? formatCount(totals.ownFailures) : formatCount(errors)}
      note=${history.isLocal ? 'internal, since the start' : `failed answers and internal errors ${over}`}
    />
  </dl>`;
}

function ByBackend({ history, status }) {
  const states = new Map(status.backends.map((each) => [each.name, each.state]));
  const priced = new Set(status.backends.filter(hasPrice).map(({ name }) => name));
  const used = history.backends
    .map((each) => ({ ...each, ...trafficOf(each), total: sum(each.decisions) }))
    .filter(({ total }) => total > 0)
    .map((each) => ({
      ...each,
      // The history has 0 dollars without a price; a backend that was removed may have had one.
      dollars: priced.has(each.name) || sum(each.usd) > 0 ? hourly(history, each.usd) : null,
    }))
    .toSorted((a, b) => b.total - a.total);
  const all = sum(used.map(({ total }) => total));
  const shown = used.slice(0, 6);
  const isPriced = used.some(({ dollars }) => dollars !== null);
  return html`<section class="panel by-backend">
    <h2>By backend</h2>
    ${
      shown.length === 0
        ? html`<p class="empty">
            No request was redirected yet. Pull an image through this server, or
            <a href="#/explain">explain a request</a>.
          </p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Traffic by backend">
              <table>
                <thead>
                  <tr>
                    <th scope="col">backend</th>
                    <th scope="col" class="number">share</th>
                    <th scope="col" class="number wide">bytes an hour</th>
                    ${isPriced && html`<th scope="col" class="number">dollars an hour</th>`}
                  </tr>
                </thead>
                <tbody>
                  ${shown.map(
                    ({ name, kind, total, bytes, dollars }) =>
                      html`<tr key=${name}>
                        <th scope="row">
                          <i class=${kind === 'store' ? 'stores' : 'upstream'}></i
                          ><a href=${`#/backends?open=${encodeURIComponent(name)}`}>${name}</a
                          >${states.get(name) === 'down' && html` <span class="state down">▼ down</span>`}
                        </th>
                        <td class="number">${formatShare(total / all)}</td>
                        <td class="number wide">${formatBytes(hourly(history, bytes))}</td>
                        ${isPriced && html`<td class="number">${formatUsd(dollars)}</td>`}
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>
            ${used.length > shown.length && html`<p class="more"><a href="#/backends">${used.length - shown.length} more</a></p>`}`
    }
  </section>`;
}

/** Whether pulls are served, from where, how fast, for how much, and what changed. */
export function Overview({ status, history, now, theme }) {
  const { tone, text } = sentenceOf(status, history, now);
  const remarks = remarksOn(status);
  const changes = history.changes ?? [];
  return html`<h1 class=${`sentence ${tone}`}>
      <span aria-hidden="true">${tone === 'alarm' ? '▼' : '●'}</span>
      <a href="#/backends">${text}</a>
    </h1>
    ${
      remarks.length > 0 &&
      html`<ul class="remarks">
        ${remarks.map((each) => html`<li key=${each}>${each}</li>`)}
      </ul>`
    }
    <${Figures} history=${history} status=${status} />
    <${Charts} history=${history} changes=${changes} theme=${theme} />
    <div class="columns">
      <${ByBackend} history=${history} status=${status} />
      <section class="panel">
        <h2>Latest changes</h2>
        <${Changes} changes=${changes} now=${now} empty="Nothing has changed since the start." />
      </section>
    </div>`;
}
