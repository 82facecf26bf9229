import { causeInWords } from './causes.js';
import { formatCount, formatDuration, formatSeconds, formatShare } from './format.js';
import { html } from './html.js';
import { Age, Ago, Changes, State } from './parts.js';

const INVENTORY = {
  awaited: 'not read yet',
  'not-loaded': 'could not be read',
  'too-old': 'too old to be used',
};

function inventoryInWords({ used, why, blobs, ageSeconds, lastError }) {
  const what = used
    ? `${formatCount(blobs)} blobs, ${formatDuration(ageSeconds * 1000)} old`
    : INVENTORY[why];
  return lastError === null ? what : `${what}; the last read failed: ${lastError.problem}`;
}

function Takers({ regions, backends }) {
  const shown = regions.slice(0, 3).join(', ');
  return html`those of ${shown}${regions.length > 3 && ` and ${regions.length - 3} more regions`}
  now go to
  ${backends.map(
    ({ name, share }, index) =>
      html`${index > 0 && ', '}<a href=${`#/backends?open=${encodeURIComponent(name)}`}>${name}</a>
        (${formatShare(share)})`,
  )}`;
}

/** What is known of one backend, and its changes of state. */
export function BackendDetails({ backend, changes, takers, now }) {
  const {
    name,
    kind,
    url,
    cloud,
    region,
    state,
    why,
    since,
    breaker,
    failedCanaries,
    failedChecks,
    lastProbe,
    inventory,
    presenceChecks,
  } = backend;
  const checks = Object.entries(presenceChecks).map(
    ([outcome, count]) => `${formatCount(count)} ${outcome}`,
  );
  const facts = [
    [
      'state',
      html`<${State} value=${state} />
        ${since !== null && html`for <${Age} at=${Date.parse(since)} now=${now} />`}
        (${causeInWords(why)})`,
    ],
    ...(takers === undefined ? [] : [['its clients', html`<${Takers} ...${takers} />`]]),
    ['kind', kind],
    ...(cloud === null ? [] : [['region', `${cloud} ${region}`]]),
    ['address', html`<code>${url}</code>`],
    [
      'canary',
      lastProbe === null
        ? 'none yet'
        : html`${lastProbe.outcome === 'pass' ? 'passed' : 'failed'}
            <${Ago}
              at=${Date.parse(lastProbe.at)}
              now=${now}
            />${lastProbe.seconds !== null && `, ${lastProbe.saw}, after ${formatSeconds(lastProbe.seconds)}`}${failedCanaries > 0 && `; ${failedCanaries} failures in a row`}`,
    ],
    ['breaker', `${breaker}${failedChecks > 0 ? `; ${failedChecks} failed checks in a row` : ''}`],
    ...(kind === 'store'
      ? [
          [
            'presence checks',
            checks.length === 0
              ? 'none since the start'
              : `${checks.join(', ')}${backend.hits === null ? '' : `; found ${formatShare(backend.hits)}`}`,
          ],
        ]
      : []),
    ...(inventory === null ? [] : [['inventory', inventoryInWords(inventory)]]),
  ];
  return html`<section class="panel details" aria-label=${name}>
    <header>
      <h2>${name}</h2>
      <a href="#/backends">Close</a>
    </header>
    <dl>
      ${facts.map(
        ([label, value]) =>
          html`<div key=${label}>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <h3>Changes of state</h3>
    <${Changes}
      changes=${changes}
      now=${now}
      most=${20}
      empty="It has not changed its state since the start."
    />
  </section>`;
}
