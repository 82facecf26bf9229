import { useEffect, useState } from './lib/hooks.js';
import { explainCommand, quote } from './explain-command.js';
import { formatDuration } from './format.js';
import { html } from './html.js';
import { Command } from './parts.js';

const FIRST_CANDIDATES = 10;

async function request(asked, signal) {
  const response = await fetch(`api/explain?${new URLSearchParams(asked).toString()}`, {
    signal,
    cache: 'no-store',
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

function wanted({ kind, name, reference }) {
  if (kind === 'blob' || kind === 'manifest')
    return html`the ${kind} <code>${reference}</code> of <b>${name}</b>`;
  return name === null
    ? html`something that is not a blob or manifest (${kind})`
    : html`${kind} of <b>${name}</b>`;
}

function Client({ client: { address, cloud, region, prefix }, ranges }) {
  if (cloud === null)
    return html`<code>${address}</code> is in no published range and no network of the
      configuration: an unknown network.`;
  const list = ranges.find((each) => each.cloud === cloud);
  const age = list?.date ? formatDuration(Date.now() - Date.parse(list.date)) : undefined;
  return html`<code>${address}</code> is in <code>${prefix}</code>: <b>${cloud} ${region}</b>,
    ${
      list === undefined
        ? "from the configuration's networks"
        : html`from
            <a href="#/ranges">the list of ${cloud}</a>${age !== undefined && `, ${age} old`}`
    }.`;
}

function Candidate({ candidate: { name, url, presence, shared, excluded }, taken, places }) {
  const kind = places.get(name);
  const why = taken
    ? presence === 'present'
      ? 'it has it'
      : 'sent there'
    : (excluded ??
      (presence === 'present' ? 'it has it, but another was taken first' : 'considered'));
  return html`<li class=${taken ? 'taken' : ''}>
    <p>
      <span aria-hidden="true">${taken ? '→' : '·'}</span>
      ${kind === undefined ? html`<b>${name}</b>` : html`<a href=${`#/backends?open=${encodeURIComponent(name)}`}>${name}</a>`}
      <span class="verdict">${taken ? 'taken' : 'passed over'}</span>:
      ${why}${shared && html` <span class="quiet">(from another instance)</span>`}${presence !== null && !(taken && presence === 'present') && html` <span class="quiet">(blob ${presence})</span>`}
    </p>
    ${(taken || presence !== null) && html`<code>${url}</code>`}
  </li>`;
}

function Candidates({ candidates, decision, status }) {
  const [all, setAll] = useState(false);
  const kinds = new Map(status.backends.map(({ name, kind }) => [name, kind]));
  const shown = all ? candidates : candidates.slice(0, FIRST_CANDIDATES);
  if (candidates.length === 0)
    return html`<p>No backend was considered: the answer does not depend on one.</p>`;
  return html`<ol class="candidates">
      ${shown.map((each) => html`<${Candidate} key=${each.name} candidate=${each} places=${kinds} taken=${each.name === decision.backend} />`)}
    </ol>
    ${candidates.length > shown.length && html`<p class="more">${candidates.length - shown.length} more. <button type="button" onClick=${() => setAll(true)}>Show all</button></p>`}`;
}

function Story({ explanation, asked, status }) {
  const { request: about, hosts, candidates, decision } = explanation;
  const location = globalThis.location;
  const parameters = new URLSearchParams(asked).toString();
  const base = new URL('api/explain', location.href.split('#')[0]).href;
  return html`<article class="story" aria-live="polite">
    <p class="answer">
      <b>${decision.status}</b>
      ${decision.backend === null ? '' : html`from <b>${decision.backend}</b>: `}${decision.reason}
      <span class="quiet">(rule ${decision.rule})</span>
    </p>
    ${decision.location !== null && html`<p class="location"><span class="label">Location</span> <code>${decision.location}</code></p>`}
    <h2>Who asked</h2>
    <p><${Client} client=${explanation.client} ranges=${status.ranges} /></p>
    <h2>What for</h2>
    <p>
      ${about.method} <code>${about.path}</code>:
      ${wanted(about)}${about.registry !== null && html`, from the registry <b>${about.registry}</b>`}.
    </p>
    ${hosts !== null && html`<p>The host selects the registry. Served hosts: ${hosts.slice(0, 10).join(', ')}.</p>`}
    <h2>Candidates, in order</h2>
    <${Candidates} candidates=${candidates} decision=${decision} status=${status} />
    <h2>The same again</h2>
    <${Command} label="On this server" text=${`curl -s ${quote(`${base}?${parameters}`)}`} />
    <${Command}
      label="With its configuration"
      text=${explainCommand(asked, status.configuration.location)}
    />
    <${Command} label="Link to this page" text=${location.href} />
  </article>`;
}

/** Why a request is answered as it is. */
export function Explain({ status, query, onQuery }) {
  const asked = Object.fromEntries(
    ['path', 'ip', 'method', 'host']
      .map((name) => [name, query.get(name)])
      .filter(([, value]) => value),
  );
  const key = new URLSearchParams(asked).toString();
  const [result, setResult] = useState({});
  // What is typed, which no refresh of the page may take away.
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked), [key]);
  const onInput = ({ target: { name, value } }) => setTyped((last) => ({ ...last, [name]: value }));
  useEffect(() => {
    if (asked.path === undefined || asked.ip === undefined) return setResult({});
    const controller = new AbortController();
    setResult({ loading: true });
    request(asked, controller.signal).then(
      (explanation) => setResult({ explanation, key }),
      (error) => controller.signal.aborted || setResult({ problem: error.message }),
    );
    return () => controller.abort();
  }, [key]);
  const submit = (event) => {
    event.preventDefault();
    const values = Object.fromEntries(
      [...new FormData(event.target)].map(([name, value]) => [name, value.trim()]),
    );
    if (values.method === 'GET') delete values.method;
    onQuery(values);
  };
  const { explanation, loading, problem } = result;
  return html`<h1>Explain <small>why a request is answered as it is</small></h1>
    <form class="explain" onSubmit=${submit} onInput=${onInput}>
      <label class="wide"
        >Path
        <input
          name="path"
          data-filter
          required
          pattern="/.*"
          title="A path that begins with /"
          value=${typed.path ?? ''}
          placeholder="/v2/pause/manifests/3.9"
          autocomplete="off"
          spellcheck="false"
      /></label>
      <label
        >Client address
        <input
          name="ip"
          required
          value=${typed.ip ?? ''}
          placeholder="35.180.1.1"
          autocomplete="off"
          spellcheck="false"
      /></label>
      <label
        >Method
        <select name="method" value=${typed.method ?? 'GET'}>
          <option>GET</option>
          <option>HEAD</option>
        </select></label
      >
      <label
        >Host
        <input
          name="host"
          value=${typed.host ?? ''}
          placeholder="optional"
          autocomplete="off"
          spellcheck="false"
      /></label>
      <button class="primary">Explain</button>
    </form>
    ${loading && html`<p class="empty" role="status">Asking…</p>`}
    ${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
    ${explanation !== undefined && html`<${Story} key=${result.key} explanation=${explanation} asked=${asked} status=${status} />`}
    ${result.loading === undefined && explanation === undefined && problem === undefined && html`<p class="empty">Paste the path of a request, as in a client's error, and the client's address. The answer is what a real request would get now; <a href="#/explain?path=/v2/pause/manifests/3.9&ip=35.180.1.1">try one</a>.</p>`}`;
}
