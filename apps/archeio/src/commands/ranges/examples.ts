/** Help of --directory, which all `ranges` commands have. */
export const DIRECTORY =
  'directory of the fetched lists (default: ranges.directory of the configuration)';

export const LOOKUP_EXAMPLES = `
Examples:
  archeio ranges lookup 35.180.1.1 2600:1900:4280::1
  cut -d' ' -f1 access.log | archeio ranges lookup --json -
`;

export const STATUS_EXAMPLES = `
Examples:
  archeio ranges status
  archeio ranges status --json | jq -r '.sources[] | [.cloud, .asOf] | @tsv'
`;

export const UPDATE_EXAMPLES = `
Examples:
  archeio ranges update
  archeio ranges update --only AWS,GCP --directory ./ranges
  archeio ranges update --only Azure --accept-loss

A list is refused, and the last good one kept, if it is empty or malformed, or if it lost a larger share of
its addresses than ranges.atMostLost. Exit codes: 0 all lists are up to date, 1 at least one is not.
`;
