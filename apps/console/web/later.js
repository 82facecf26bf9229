import { useEffect, useState } from './lib/hooks.js';
import { html } from './html.js';

/** A view whose module is loaded when it is first opened. */
export function later(load, name) {
  let View;
  return function Later(properties) {
    const [isMissing, setMissing] = useState(false);
    const [, setLoaded] = useState(false);
    useEffect(() => {
      if (View !== undefined) return;
      load().then(
        (module) => {
          View = module[name];
          setLoaded(true);
        },
        () => setMissing(true),
      );
    }, []);
    if (View !== undefined) return html`<${View} ...${properties} />`;
    return isMissing
      ? html`<p class="problem" role="alert">
          The server does not send this view.
          <button type="button" onClick=${() => globalThis.location.reload()}>Load it again</button>
        </p>`
      : html`<p class="empty" role="status">Loading…</p>`;
  };
}
