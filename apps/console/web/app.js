import { render } from './lib/preact.js';
import { useEffect, useState } from './lib/hooks.js';
import { Backends } from './backends.js';
import { Connection } from './connection.js';
import { Explain } from './explain.js';
import { formatDuration } from './format.js';
import { html } from './html.js';
import { Keys, listenToKeys } from './keys.js';
import { Overview } from './overview.js';
import { Ago } from './parts.js';
import { later } from './later.js';
import { Ranges } from './ranges.js';

const VIEWS = [
  { at: '', label: 'Overview', View: Overview },
  { at: 'map', label: 'Map', View: later(() => import('./map.js'), 'WorldMap') },
  { at: 'backends', label: 'Backends', View: Backends },
  { at: 'explain', label: 'Explain', View: Explain },
  { at: 'ranges', label: 'Ranges', View: Ranges },
  {
    at: 'configuration',
    label: 'Configuration',
    View: later(() => import('./configuration.js'), 'Configuration'),
  },
];

const dark = matchMedia('(prefers-color-scheme: dark)');

function place() {
  const [path, query = ''] = globalThis.location.hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { path, query: new URLSearchParams(query) };
}

/** Replaces the query in the address, which keeps the view as a link. */
function setQuery(path, values) {
  const kept = Object.entries(values).filter(([, value]) => value);
  const query = new URLSearchParams(kept).toString();
  const hash = `#/${path}${query === '' ? '' : `?${query}`}`;
  if (path === 'explain') globalThis.location.hash = hash;
  else {
    history.replaceState(null, '', hash);
    globalThis.dispatchEvent(new Event('hashchange'));
  }
}

function useNow() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function useChanging(target, name, read) {
  const [value, setValue] = useState(read);
  useEffect(() => {
    const changed = () => setValue(read());
    target.addEventListener(name, changed);
    return () => target.removeEventListener(name, changed);
  }, []);
  return value;
}

let publish = () => undefined;
const connection = new Connection((state) => publish(state));

function useConnection() {
  const [state, setState] = useState(connection.state);
  useEffect(() => {
    publish = setState;
    setState(connection.state);
  }, []);
  return state;
}

function Waiting({ lost, startedAt, now }) {
  return html`<div class="waiting" role="status">
    ${
      lost
        ? html`<h1 class="sentence alarm">
              <span aria-hidden="true">▼</span> This server does not answer.
            </h1>
            <p>
              Asked for ${formatDuration(now - startedAt)}; asking again every 5 s. Is the process
              running, and may this browser reach the admin listener?
            </p>`
        : html`<h1 class="sentence">Asking the server…</h1>`
    }
  </div>`;
}

function App() {
  const { status, history, seenAt, lost, startedAt } = useConnection();
  const { path, query } = useChanging(globalThis, 'hashchange', place);
  const theme = useChanging(dark, 'change', () => (dark.matches ? 'dark' : 'light'));
  const now = useNow();
  const { label: title, View } = VIEWS.find(({ at }) => at === path) ?? VIEWS[0];
  const down = status?.backends.filter(({ state }) => state === 'down').length ?? 0;
  useEffect(() => {
    document.title = `${lost ? 'no connection · ' : down > 0 ? `▼ ${down} down · ` : ''}${title} · Archeio`;
  }, [title, down, lost]);
  useEffect(() => {
    // On a phone, the links are wider than the page.
    document.querySelector('nav [aria-current]').scrollIntoView({ block: 'nearest' });
  }, [title]);
  const isReady = status !== undefined && history !== undefined;
  return html`<a
      class="skip"
      href="#main"
      onClick=${(event) => {
        event.preventDefault();
        document.querySelector('#main').focus();
      }}
      >Skip to the content</a
    >
    <header class="top">
      <a class="brand" href="#/">Archeio</a>
      <nav aria-label="Views">
        ${VIEWS.map(
          ({ at, label }) =>
            html`<a key=${at} href=${`#/${at}`} aria-current=${label === title ? 'page' : undefined}
              >${label === 'Configuration' ? html`<span>Config<span class="word">uration</span></span>` : label}${label === 'Backends' && down > 0 && html` <span class="badge">${down}<span class="word"> down</span></span>`}</a
            >`,
        )}
      </nav>
      <span class="freshness">${isReady && !lost && html`<${Ago} at=${seenAt} now=${now} />`}</span>
    </header>
    ${lost && isReady && html`<p class="lost" role="alert">Connection lost: these values are ${formatDuration(now - seenAt)} old. Asking again…</p>`}
    <main id="main" tabindex="-1" class=${lost && isReady ? 'old' : ''}>
      ${
        isReady
          ? html`<${View}
              status=${status}
              history=${history}
              now=${now}
              theme=${theme}
              query=${query}
              onQuery=${(values) => setQuery(path, values)}
            />`
          : html`<${Waiting} lost=${lost} startedAt=${startedAt} now=${now} />`
      }
    </main>
    <footer>
      ${status !== undefined && html`<span>${status.version}${status.revision ? ` (${String(status.revision).slice(0, 9)})` : ''} on ${status.runtime}</span><span>up ${formatDuration(now - Date.parse(status.startedAt))}</span><span><a href="#/configuration">configuration</a> ${status.configuration.location}, generation ${status.configuration.generation}</span>`}
      <span>times in ${Intl.DateTimeFormat().resolvedOptions().timeZone}</span>
      <span><a href="api/status">status</a> <a href="metrics">metrics</a></span>
      <button type="button" onClick=${() => document.querySelector('#keys').showModal()}>
        Keys: <kbd>?</kbd>
      </button>
    </footer>
    <${Keys} />`;
}

const root = document.querySelector('#console');
root.replaceChildren();
render(html`<${App} />`, root);
listenToKeys();
connection.start();
