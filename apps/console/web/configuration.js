import { useEffect, useMemo, useState } from './lib/hooks.js';
import { filterRows } from './filter.js';
import { formatCount } from './format.js';
import { html } from './html.js';
import { positionOf, valueRows } from './origins.js';
import { Age, Ago, Changes, Choice, Filter } from './parts.js';
import { Table } from './table.js';

const PATIENCE = 15_000;

/** The configuration, read again after each reload. */
function useConfiguration({ generation, lastReload }) {
  const [result, setResult] = useState({});
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isOver = false;
    fetch('api/configuration', { signal: AbortSignal.timeout(PATIENCE), cache: 'no-store' })
      .then((response) => {
        if (!response.ok) throw new Error(`the server answered ${response.status}`);
        return response.json();
      })
      .then(
        (configuration) => isOver || setResult({ configuration }),
        (error) => isOver || setResult((last) => ({ ...last, problem: error.message })),
      );
    return () => {
      isOver = true;
    };
  }, [generation, lastReload?.at, attempt]);
  return { ...result, again: () => setAttempt(attempt + 1) };
}

function Problems({ problems }) {
  return html`<ul class="problems">
    ${problems.map(
      (each, index) =>
        html`<li key=${index}>
          ${positionOf(each) !== '' && html`<code>${positionOf(each)}</code> `}${each.key !== '' && html`<b>${each.key}</b>: `}${each.message}
        </li>`,
    )}
  </ul>`;
}

function LastReload({ lastReload, now }) {
  if (lastReload === null)
    return html`<p>
      The configuration has not been reloaded since the start. Archeio reloads a file or a URL when
      its content changes, and on SIGHUP. It reads the preset, standard input and pipes only once.
    </p>`;
  const at = html`<${Ago} at=${Date.parse(lastReload.at)} now=${now} />`;
  if (lastReload.successful)
    return html`<p>
      <span class="state up"><span aria-hidden="true">●</span></span> Last reload: in use, ${at}.
    </p>`;
  const count = lastReload.problems.length;
  return html`<div class="problem">
    <p>
      <b><span aria-hidden="true">▼</span> The last reload was refused</b>, ${at}:
      ${count === 1 ? 'one problem' : `${count} problems`}. The configuration below stays in use.
    </p>
    <${Problems} problems=${lastReload.problems} />
  </div>`;
}

const COLUMNS = [
  {
    label: 'key',
    of: ({ key }) => key,
    show: ({ key }) => html`<code>${key}</code>`,
    isHeading: true,
  },
  { label: 'value', of: ({ text }) => text, show: ({ text }) => html`<code>${text}</code>` },
  {
    label: 'from',
    of: ({ origin }) => origin,
    show: ({ from, origin, shortOrigin: short }) =>
      html`<span class=${from === 'default' ? 'quiet' : ''} title=${origin}>${short}</span>`,
  },
];

function Values({ values, leftOut, query, onQuery }) {
  const filter = query.get('q') ?? '';
  const isAll = query.get('defaults') === 'shown';
  const rows = useMemo(() => valueRows(values), [values]);
  const wanted = useMemo(
    () =>
      isAll || filter.includes('from:') ? rows : rows.filter(({ from }) => from !== 'default'),
    [rows, isAll, filter],
  );
  const found = useMemo(() => filterRows(wanted, filter), [wanted, filter]);
  const change = (more) => onQuery({ q: filter, defaults: query.get('defaults'), ...more });
  const hidden = rows.length - wanted.length;
  return html`<h2>
      Values
      <small
        >${formatCount(found.length)}${hidden > 0 && `; ${formatCount(hidden)} defaults are hidden`}</small
      >
    </h2>
    <div class="tools">
      <${Filter}
        value=${filter}
        placeholder="from:environment stores"
        onChange=${(q) => change({ q })}
      />
      <${Choice}
        label="Defaults"
        value=${isAll ? 'shown' : ''}
        options=${[
          ['', 'Hidden'],
          ['shown', 'Shown'],
        ]}
        onChange=${(defaults) => change({ defaults })}
      />
    </div>
    ${
      found.length === 0
        ? html`<p class="empty">No value matches the filter.</p>`
        : html`<${Table}
            label="Values of the configuration"
            className="values"
            columns=${COLUMNS}
            rows=${found}
            keyOf=${({ key }) => key}
          />`
    }
    ${leftOut > 0 && html`<p class="more">${formatCount(leftOut)} more values are left out; <code>archeio config print</code> prints all of them.</p>`}`;
}

/** The configuration in use: what its values are and where they come from, and what was refused. */
export function Configuration({ status, history, now, query, onQuery }) {
  const { configuration, problem, again } = useConfiguration(status.configuration);
  const { location, generation, loadedAt, restartNeeded } = status.configuration;
  const changes = (history.changes ?? []).filter(({ kind }) => kind === 'reload');
  return html`<h1>
      Configuration
      <small
        >${location}, generation ${generation}, in use for
        <${Age} at=${Date.parse(loadedAt)} now=${now}
      /></small>
    </h1>
    ${
      restartNeeded.length > 0 &&
      html`<p class="problem">
        <b><span aria-hidden="true">▼</span> Restart needed</b>:
        <code>${restartNeeded.join(', ')}</code> has changed, and is read only at the start.
      </p>`
    }
    ${problem !== undefined && html`<p class="problem" role="alert">The configuration cannot be read: ${problem}. <button type="button" onClick=${again}>Ask again</button></p>`}
    ${
      configuration === undefined
        ? problem === undefined &&
          html`<p class="empty" role="status">Reading the configuration…</p>`
        : html`<${LastReload} lastReload=${configuration.lastReload} now=${now} />
            ${
              configuration.warnings.length > 0 &&
              html`<h2>Warnings</h2>
                <${Problems} problems=${configuration.warnings} />`
            }
            <${Values}
              values=${configuration.values}
              leftOut=${configuration.leftOut}
              query=${query}
              onQuery=${onQuery}
            />`
    }
    <section class="panel">
      <h2>Reloads</h2>
      <${Changes} changes=${changes} now=${now} most=${20} empty="No reload is remembered." />
    </section>`;
}
