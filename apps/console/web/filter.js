/** Keys that the filter understands, and the property of a row that each compares. */
const KEYS = {
  state: 'state',
  kind: 'kind',
  breaker: 'breaker',
  cloud: 'cloud',
  region: 'region',
  client: 'clientKeys',
  backend: 'backend',
  from: 'from',
};

/**
 * Returns the rows that match a text such as `cloud:aws state:down eu-`: every word must match. A word without a known
 * key is a part of the name. A property may have several values, of which one must match.
 */
export function filterRows(rows, text) {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter((row) =>
    words.every((word) => {
      const colon = word.indexOf(':');
      const key = Object.hasOwn(KEYS, word.slice(0, Math.max(colon, 0)))
        ? KEYS[word.slice(0, colon)]
        : undefined;
      return key === undefined
        ? row.name.toLowerCase().includes(word)
        : [row[key]].flat().some((each) =>
            String(each)
              .toLowerCase()
              .startsWith(word.slice(colon + 1)),
          );
    }),
  );
}

/** Sorts by a column; rows without a value come last in both directions. */
export function sortRows(rows, value, descending) {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
    return (
      sign *
      (typeof one === 'number'
        ? one - other
        : String(one).localeCompare(String(other), 'en', { numeric: true }))
    );
  });
}
