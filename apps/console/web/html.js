import { h } from './lib/preact.js';
import htm from './lib/htm.js';

const build = htm.bind(h);

/** The parts of each template, with line breaks as spaces, as in HTML; htm itself removes them. */
const spaced = new WeakMap();

/** Elements from a template. Values become text or properties, never markup. */
export function html(parts, ...values) {
  let kept = spaced.get(parts);
  if (kept === undefined) {
    kept = parts.map((part) => part.replaceAll(/\s*\n\s*/g, ' '));
    spaced.set(parts, kept);
  }
  return build(kept, ...values);
}
