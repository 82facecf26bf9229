import { html } from './html.js';

/** Views by the key after `g`. */
const VIEWS = {
  o: '#/',
  m: '#/map',
  b: '#/backends',
  e: '#/explain',
  r: '#/ranges',
  c: '#/configuration',
};

export const KEYS = [
  ['/', 'go to the filter or the first field'],
  ['g o', 'Overview'],
  ['g m', 'Map'],
  ['g b', 'Backends'],
  ['g e', 'Explain'],
  ['g r', 'Ranges'],
  ['g c', 'Configuration'],
  ['?', 'these keys'],
  ['Esc', 'leave a field, close this'],
];

function focusFilter() {
  const field = document.querySelector('[data-filter]');
  if (field !== null) return field.focus();
  globalThis.location.hash = '#/backends';
  requestAnimationFrame(() =>
    setTimeout(() => document.querySelector('[data-filter]')?.focus(), 50),
  );
}

/** Listens to the keys of the page. */
export function listenToKeys() {
  let isGoing = false;
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches?.('input, select, textarea')) {
      if (key === 'Escape') target.blur();
      return;
    }
    const wasGoing = isGoing;
    isGoing = key === 'g';
    if (isGoing) setTimeout(() => (isGoing = false), 1500);
    else if (wasGoing && Object.hasOwn(VIEWS, key)) globalThis.location.hash = VIEWS[key];
    else if (key === '/') focusFilter();
    else if (key === '?') document.querySelector('#keys')?.showModal();
    else return;
    event.preventDefault();
  });
}

export function Keys() {
  return html`<dialog id="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl>
      ${KEYS.map(
        ([key, what]) =>
          html`<div key=${key}>
            <dt><kbd>${key}</kbd></dt>
            <dd>${what}</dd>
          </div>`,
      )}
    </dl>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}
