/** An answer's header fields by their names in lower case, as `node:http` reads them. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A field's value without the white space around it; several lines are joined (RFC 9110 §5.3). Undefined if absent. */
export function fieldOf(headers: HeaderFields, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  return (typeof value === 'string' ? value : value.join(', ')).trim();
}

/** A field's value for a message: quoted, and not longer than a line has room for. */
export function shown(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
