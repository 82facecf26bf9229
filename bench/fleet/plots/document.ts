/** Colours of series, which are told apart in light and in dark, and by those who see few colours. */
export type Colour = 'alone' | 'inventory' | 'shared' | 'both' | 'global';

const LIGHT: Readonly<Record<Colour, string>> = {
  alone: '#57606a',
  inventory: '#bc4c00',
  shared: '#0969da',
  both: '#1a7f37',
  global: '#8250df',
};
const DARK: Readonly<Record<Colour, string>> = {
  alone: '#b1bac4',
  inventory: '#f0883e',
  shared: '#58a6ff',
  both: '#3fb950',
  global: '#bc8cff',
};

/** Lines may cross: what is not the same colour is not the same dashes either. */
const DASHES: Readonly<Record<Colour, string>> = {
  alone: 'none',
  inventory: '7 4',
  shared: 'none',
  both: '7 4',
  global: '2 4',
};

function colours(of: Readonly<Record<Colour, string>>): string {
  return Object.entries(of)
    .map(([name, colour]) => `.${name} { stroke: ${colour}; fill: ${colour}; }`)
    .join(' ');
}

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Coordinates with one decimal: the same on every machine. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly className?: string;
  readonly rotated?: boolean;
}

export function text(x: number, y: number, words: string, options: TextOptions = {}): string {
  const { anchor = 'start', className = '', rotated = false } = options;
  const turn = rotated ? ` transform="rotate(-90 ${at(x)} ${at(y)})"` : '';
  const kind = className === '' ? '' : ` class="${className}"`;
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}"${kind}${turn}>${escapeText(words)}</text>`;
}

export function rule(x1: number, y1: number, x2: number, y2: number, className: string): string {
  return `<line class="${className}" x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}"/>`;
}

/** A drawing that is readable on a light and on a dark page, without a background of its own. */
export function svgDocument(
  { width, height }: { readonly width: number; readonly height: number },
  { title, description }: { readonly title: string; readonly description: string },
  parts: readonly string[],
): string {
  const dashes = Object.entries(DASHES).map(
    ([name, dash]) => `path.${name} { stroke-dasharray: ${dash}; }`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="13">
<title id="title">${escapeText(title)}</title>
<desc id="description">${escapeText(description)}</desc>
<style>
text { fill: #1f2328; } .heading { font-size: 16px; font-weight: 600; } .quiet { fill: #57606a; }
.grid { stroke: #d0d7de; } .axis { stroke: #57606a; }
${colours(LIGHT)}
path { fill: none !important; stroke-width: 2.2; stroke-linejoin: round; } text.label { stroke: none; font-weight: 600; }
${dashes.join(' ')}
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; } .quiet { fill: #9198a1; } .grid { stroke: #30363d; } .axis { stroke: #9198a1; }
${colours(DARK)}
}
</style>
${parts.join('\n')}
</svg>
`;
}
