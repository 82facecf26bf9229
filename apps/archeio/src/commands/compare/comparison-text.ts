import { count, formatBytes } from '@archeio/mirror/amounts';
import { type Comparison, movesByBackend } from './comparison.ts';
import type { Cause } from './replay.ts';
import { formatCount, formatShare, formatUsd, formatUsdChange, textTable } from './text-table.ts';
import type { Amount, Cost } from './amounts.ts';
import type { RegionRow } from './totals.ts';

/** Rows of a table in the text; `--json` has all. */
const ROWS = 20;
const HOSTS = 5;

const CAUSES: readonly (readonly [Cause, string])[] = [
  ['presence', 'no event shows whether a store or upstream has the content'],
  ['digest', 'a summary has no digests, which choose among equally near stores'],
  ['place', "the event does not have the client's place"],
  ['clientAddress', 'clientAddress differs: clients may have other addresses'],
  ['networks', 'networks differ, and the event does not have the address'],
  ['repositories', 'no event shows the list of repositories'],
  ['query', 'the event has no query, which chooses the registry of a list'],
];

/** A sum of weights with its noun: `1 event`, `1,200 events`. */
function counted(number: number, what: string): string {
  const text = formatCount(number);
  return `${text} ${text === '1' ? what : `${what}s`}`;
}

/** The comparison as text, in paragraphs. */
export function comparisonText(comparison: Comparison): string {
  return [
    introduction(comparison),
    requestsTable(comparison),
    ifPresentTable(comparison),
    backendsTable(comparison),
    movesTable(comparison),
    regionsTable(comparison),
    notes(comparison),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function introduction({ lines, all, first, last }: Comparison): string[] {
  const read = [
    ...(lines.events > 0 ? [counted(lines.events, 'event')] : []),
    ...(lines.summaries > 0 ? [`${formatCount(lines.summaries)} lines of summaries`] : []),
  ].join(' and ');
  const when = first === null ? '' : `, from ${first} to ${last}`;
  return [
    `${read} for ${counted(all.requests, 'request')}${when}`,
    ...(lines.skipped > 0 ? [`skipped: ${count(lines.skipped, 'other line')} of the log`] : []),
    ...(lines.bad > 0 ? [`not read: ${count(lines.bad, 'bad line')}`] : []),
  ];
}

function requestsTable({ all, unchanged, elsewhere, notKnown }: Comparison): string[] {
  const row = (label: string, { requests, bytes, unknownSizes }: Amount): string[] => [
    label,
    formatCount(requests),
    formatShare(requests, all.requests),
    formatBytes(bytes),
    formatCount(unknownSizes),
  ];
  return [
    ...textTable([
      ['', 'requests', '', 'bytes', 'unknown size'],
      row('unchanged', unchanged),
      row('elsewhere', elsewhere),
      row('not known', notKnown),
    ]),
    ...CAUSES.filter(([cause]) => notKnown.by[cause].requests > 0).map(
      ([cause, words]) => `  ${formatCount(notKnown.by[cause].requests)}: ${words}`,
    ),
  ];
}

function ifPresentTable({ notKnown: { ifPresent } }: Comparison): string[] {
  if (ifPresent.length === 0) return [];
  return [
    ...textTable([
      ['not known: to, if it has the content', 'requests', 'bytes', 'dollars old', 'new', 'change'],
      ...ifPresent
        .slice(0, ROWS)
        .map((row) => [
          row.backend,
          formatCount(row.requests),
          formatBytes(row.bytes),
          ...usdCells(row.old, row.new),
        ]),
    ]),
    ...more(ifPresent.length, 'backend'),
  ];
}

/** Dollars, of which bytes without a price are no part. */
function usdCell({ usd, unpricedBytes }: Cost): string {
  if (unpricedBytes === 0) return formatUsd(usd);
  return usd === 0 ? 'no price' : `${formatUsd(usd)} + ?`;
}

/** A change is not known if either side has bytes without a price. */
function changeCell(old: Cost, next: Cost): string {
  return old.unpricedBytes + next.unpricedBytes > 0 ? '?' : formatUsdChange(next.usd - old.usd);
}

function usdCells(old: Cost, next: Cost): string[] {
  return [usdCell(old), usdCell(next), changeCell(old, next)];
}

function backendsTable({ backends, old, new: next }: Comparison): string[] {
  if (backends.length === 0) return [];
  const shown = backends.slice(0, ROWS);
  return [
    ...textTable([
      [
        'known: by backend',
        'requests old',
        'new',
        'bytes old',
        'new',
        'dollars old',
        'new',
        'change',
      ],
      ...shown.map((row) => [
        row.backend,
        formatCount(row.old.requests),
        formatCount(row.new.requests),
        formatBytes(row.old.bytes),
        formatBytes(row.new.bytes),
        ...usdCells(row.old, row.new),
      ]),
      ['all', '', '', '', '', ...usdCells(old, next)],
    ]),
    ...more(backends.length, 'backend'),
  ];
}

function movesTable({ moves }: Comparison): string[] {
  const ways = movesByBackend(moves);
  if (ways.length === 0) return [];
  const nameOf = (backend: string | null): string => backend ?? '(no backend)';
  return [
    ...textTable([
      ['elsewhere: from and to', 'requests', 'bytes', 'unknown size', 'dollars'],
      ...ways
        .slice(0, ROWS)
        .map((row) => [
          `${nameOf(row.from)} -> ${nameOf(row.to)}${row.from !== null && row.from === row.to ? ' (other URL)' : ''}`,
          formatCount(row.requests),
          formatBytes(row.bytes),
          formatCount(row.unknownSizes),
          changeCell(row.old, row.new),
        ]),
    ]),
    ...more(ways.length, 'way'),
  ];
}

function isChanged({ elsewhere, old, new: next }: RegionRow): boolean {
  return elsewhere.requests > 0 || old.usd !== next.usd;
}

function regionsTable({ regions }: Comparison): string[] {
  const changed = regions.filter(isChanged);
  if (changed.length === 0) return [];
  const rest = regions.length - changed.length;
  return [
    ...textTable([
      [
        'known: by region',
        'requests',
        'elsewhere',
        'bytes elsewhere',
        'dollars old',
        'new',
        'change',
      ],
      ...changed
        .slice(0, ROWS)
        .map((row) => [
          row.cloud === null ? '(unknown network)' : `${row.cloud} ${row.region ?? ''}`.trimEnd(),
          formatCount(row.all.requests),
          formatCount(row.elsewhere.requests),
          formatBytes(row.elsewhere.bytes),
          ...usdCells(row.old, row.new),
        ]),
    ]),
    ...more(changed.length, 'region'),
    ...(rest > 0 ? [`no change in ${count(rest, 'other region')}`] : []),
  ];
}

function more(rows: number, what: string): string[] {
  return rows > ROWS ? [`and ${count(rows - ROWS, `more ${what}`)}: see --json`] : [];
}

function notes(comparison: Comparison): string[] {
  const { all, old, new: next, unhealthy, notAsRecorded, newHosts } = comparison;
  const hosts = newHosts.slice(0, HOSTS).join(', ') + (newHosts.length > HOSTS ? ', …' : '');
  const { ifPresent } = comparison.notKnown;
  const unpricedOf = (known: Cost, side: 'old' | 'new'): number =>
    ifPresent.reduce((sum, row) => sum + row[side].unpricedBytes, known.unpricedBytes);
  const [before, after] = [unpricedOf(old, 'old'), unpricedOf(next, 'new')];
  return [
    `health: backends count as healthy, unless an event shows that they were not (${counted(unhealthy, 'request')})`,
    ...(before + after > 0
      ? [
          `dollars: ? stands for bytes of backends that have no usdPerGiB (${formatBytes(before)} old, ${formatBytes(after)} new)`,
        ]
      : []),
    ...(newHosts.length > 0
      ? [`hosts: events do not show future requests for ${hosts}, which only --new serves`]
      : []),
    ...(notAsRecorded > 0
      ? [
          `recorded: --old sends ${counted(notAsRecorded, 'request')} (${formatShare(notAsRecorded, all.requests)}) to another backend than the events say: check that it is the configuration that served them`,
        ]
      : []),
  ];
}
