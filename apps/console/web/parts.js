import { useEffect, useState } from './lib/hooks.js';
import { formatAge, formatAgo, formatMoment } from './format.js';
import { html } from './html.js';

function Time({ at, text }) {
  if (!Number.isFinite(at)) return '–';
  return html`<time datetime=${new Date(at).toISOString()} title=${formatMoment(at)}
    >${text}</time
  >`;
}

/** How long ago a moment was, with the exact time on hover. */
export function Ago({ at, now }) {
  return html`<${Time} at=${at} text=${formatAgo(now - at)} />`;
}

/** How long it is since a moment, with the exact time on hover. */
export function Age({ at, now }) {
  return html`<${Time} at=${at} text=${formatAge(now - at)} />`;
}

/** A state by shape, word and color. */
export function State({ value }) {
  return html`<span class=${`state ${value}`}
    ><span aria-hidden="true">${value === 'down' ? '▼' : '●'}</span> ${value}</span
  >`;
}

async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages without TLS have no clipboard, only a selection.
    getSelection().selectAllChildren(field);
    document.execCommand('copy');
  }
}

/** A command with a button that copies it. */
export function Command({ label, text }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => setCopied(false), [text]);
  const press = async (event) => {
    await copy(text, event.target.previousElementSibling);
    setCopied(true);
  };
  return html`<div class="command">
    <span class="label">${label}</span>
    <code tabindex="0" aria-label=${label}>${text}</code>
    <button type="button" onClick=${press} aria-label=${`Copy: ${label}`}>
      ${copied ? 'Copied' : 'Copy'}
    </button>
  </div>`;
}

/** The latest changes, newest first. */
export function Changes({ changes, now, empty, most = 8 }) {
  if (changes.length === 0) return html`<p class="empty">${empty}</p>`;
  const shown = changes.slice(-most).toReversed();
  return html`<ol class="changes">
      ${shown.map(
        ({ atMs, text, backend, state, kind }) =>
          html`<li key=${`${atMs} ${text}`} class=${state ?? ''}>
            <span aria-hidden="true" class="mark"
              >${state === 'down' ? '▼' : state === 'up' ? '▲' : '•'}</span
            >
            <${Ago} at=${atMs} now=${now} />
            <a
              href=${backend ? `#/backends?open=${encodeURIComponent(backend)}` : kind === 'ranges' ? '#/ranges' : kind === 'reload' ? '#/configuration' : '#/'}
              >${text}</a
            >
          </li>`,
      )}
    </ol>
    ${changes.length > most && html`<p class="more">${changes.length - most} earlier</p>`}`;
}

/** A field that filters rows; `/` goes to it. */
export function Filter({ value, placeholder, onChange }) {
  return html`<p>
    <label class="filter"
      >Filter
      <input
        type="search"
        data-filter
        value=${value}
        placeholder=${placeholder}
        onInput=${(event) => onChange(event.target.value)}
    /></label>
  </p>`;
}

/** A choice between a few values. */
export function Choice({ label, value, options, onChange }) {
  return html`<fieldset class="choice">
    <legend>${label}</legend>
    ${options.map(
      ([key, text]) =>
        html`<button
          key=${key}
          type="button"
          aria-pressed=${key === value}
          onClick=${() => onChange(key)}
        >
          ${text}
        </button>`,
    )}
  </fieldset>`;
}
