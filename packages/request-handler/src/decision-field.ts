import type { Decision } from '@archeio/redirect';

/** Name of the request header that asks for {@link DECISION_FIELD}, in lower case. */
export const EXPLAIN_FIELD = 'archeio-explain';

/** Name of the response header that says why. */
export const DECISION_FIELD = 'Archeio-Decision';

/** A string of a structured field: printable ASCII, with quotes and backslashes escaped (RFC 9651 §3.3.3). */
function quoted(text: string): string {
  return `"${text.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}

/** A decision as a dictionary of a structured field (RFC 9651 §3.2): `rule=R11, backend="cdn", reason=first-healthy-store`. */
export function decisionField({ rule, backend, reason }: Decision): string {
  const named = backend === undefined ? '' : ` backend=${quoted(backend.name)},`;
  return `rule=${rule},${named} reason=${reason.code}`;
}
