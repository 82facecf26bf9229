import { useMemo, useState } from './lib/hooks.js';
import { sortRows } from './filter.js';
import { html } from './html.js';

/** The class of a column: numbers are aligned right, and wide columns need a wide page. */
function classOf({ number, isWide }) {
  return [...(number ? ['number'] : []), ...(isWide ? ['wide'] : [])].join(' ');
}

/** Rows that are shown at first. */
const AT_FIRST = 100;

function Head({ columns, sort, onSort }) {
  return html`<thead role="rowgroup">
    <tr role="row">
      ${columns.map((column) => {
        const { label } = column;
        const direction =
          sort.label === label ? (sort.descending ? 'descending' : 'ascending') : 'none';
        return html`<th
          key=${label}
          role="columnheader"
          scope="col"
          aria-sort=${direction}
          class=${classOf(column)}
        >
          <button type="button" onClick=${() => onSort(label)}>
            ${label}<span aria-hidden="true"
              >${direction === 'ascending' ? ' ↑' : direction === 'descending' ? ' ↓' : ''}</span
            >
          </button>
        </th>`;
      })}
    </tr>
  </thead>`;
}

function Row({ row, columns, now, isOpen }) {
  return html`<tr role="row" class=${isOpen ? 'open' : ''}>
    ${columns.map((column) => {
      const { label, of, show, isHeading } = column;
      const content = show === undefined ? of(row) : show(row, now);
      return isHeading
        ? html`<th key=${label} role="rowheader" scope="row" data-label=${label}>${content}</th>`
        : html`<td key=${label} role="cell" data-label=${label} class=${classOf(column)}>
            ${content}
          </td>`;
    })}
  </tr>`;
}

/**
 * Rows that can be sorted by each column; of many, the first ones.
 *
 * @param columns `{ label, of, show, number, isOptional, isHeading, isWide }`: `of` is the value to sort by, `show` what
 *   is shown instead; an optional column is left out if it has no values, a wide one if the page is not wide
 * @param first the column that sorts at first, as `{ label, descending }`; without it, the order of the rows stays
 * @param keyOf identifies a row
 */
export function Table({
  label,
  className,
  columns,
  rows,
  first,
  keyOf,
  now,
  most = AT_FIRST,
  isOpen,
}) {
  const [sort, setSort] = useState(first ?? {});
  const [all, setAll] = useState(false);
  const shownColumns = columns.filter(
    ({ of, isOptional }) => !isOptional || rows.some((row) => of(row) !== null),
  );
  const { of } = columns.find((each) => each.label === sort.label) ?? {};
  const sorted = useMemo(
    () => (of === undefined ? rows : sortRows(rows, of, sort.descending)),
    [rows, sort],
  );
  const shown = all ? sorted : sorted.slice(0, most);
  const onSort = (wanted) =>
    setSort({
      label: wanted,
      descending:
        wanted === sort.label
          ? !sort.descending
          : columns.find((each) => each.label === wanted).number === true,
    });
  return html`<table class=${`list ${className}`} role="table" aria-label=${label}>
      <${Head} columns=${shownColumns} sort=${sort} onSort=${onSort} />
      <tbody role="rowgroup">
        ${shown.map((row) => html`<${Row} key=${keyOf(row)} row=${row} columns=${shownColumns} now=${now} isOpen=${isOpen?.(row) ?? false} />`)}
      </tbody>
    </table>
    ${sorted.length > shown.length && html`<p class="more">${(sorted.length - shown.length).toLocaleString('en-US')} more. <button type="button" onClick=${() => setAll(true)}>Show all</button></p>`}`;
}
