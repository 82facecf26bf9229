/** What the option says in each command on ranges. */
export const DIRECTORY = "where the fetched lists are kept; the configuration's ranges.directory";

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

A list that is empty, malformed or lacks more of a cloud's addresses than ranges.atMostLost is not
taken, the last good one stays. Exit codes: 0 all lists are up to date, 1 at least one is not.
`;
