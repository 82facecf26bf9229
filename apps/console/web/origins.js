/** The origin of a value in words: `archeio.yaml:12`, `environment PORT`, `flag --port`, `default`. */
export function originInWords(from) {
  if (from === null) return 'unknown';
  switch (from.kind) {
    case 'file':
      return `${from.name}:${from.line}`;
    case 'default':
      return 'default';
    default:
      return `${from.kind} ${from.name}${from.line === null ? '' : `:${from.line}`}`;
  }
}

/** The same without the folders of a file. */
export function shortOrigin(from) {
  return from?.kind === 'file'
    ? originInWords({ ...from, name: from.name.replace(/^.*\/(?=.)/, '') })
    : originInWords(from);
}

/** A value as text; of a long list, the first elements. */
export function valueInWords({ value, more }) {
  if (Array.isArray(value)) {
    const rest = more > 0 ? `, and ${more.toLocaleString('en-US')} more` : '';
    return value.length === 0 ? 'empty list' : `${value.map(String).join(', ')}${rest}`;
  }
  if (value === null) return 'null';
  if (typeof value === 'object') return 'empty map';
  return value === '' ? 'empty text' : String(value);
}

/** Rows for the table of values, which the filter understands. */
export function valueRows(values) {
  return values.map((each) => {
    const text = valueInWords(each);
    return {
      ...each,
      text,
      origin: originInWords(each.from),
      shortOrigin: shortOrigin(each.from),
      from: each.from?.kind ?? 'unknown',
      name: `${each.key} ${text}`,
    };
  });
}

/** Where a problem is: `file:line:column`, or what is known of it. */
export function positionOf({ file, line, column }) {
  if (file === null) return '';
  return line === null ? file : `${file}:${line}:${column}`;
}
