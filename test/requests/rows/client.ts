import { CDN, PARIS, type Row, SHA256, UPSTREAM } from './row.ts';

const BLOB = `/v2/pause/blobs/${SHA256}`;
const KEPT = `${UPSTREAM}/pause/blobs/${SHA256}`;

const from = (
  name: string,
  headers: readonly string[],
  location: string,
  original?: string,
): Row => ({
  name,
  target: BLOB,
  headers,
  status: 307,
  location,
  ...(original !== undefined && { original }),
});

const FIRST_BELIEVED = 'believes the leftmost address, which the client wrote';

/** The client's address behind Google's load balancer: the second address from the right of X-Forwarded-For. */
export const CLIENT_ROWS: readonly Row[] = [
  from('R11 a client in AWS eu-west-3', ['X-Forwarded-For: 35.180.1.1, 10.0.0.1'], PARIS),
  from('R10 a client in GCP', ['X-Forwarded-For: 35.220.26.1, 10.0.0.1'], KEPT),
  from('R11 a client in another AWS region', ['X-Forwarded-For: 3.80.0.1, 10.0.0.1'], CDN),
  from('R11 a client in an unknown network', ['X-Forwarded-For: 203.0.113.7, 10.0.0.1'], CDN),
  from('R11 an IPv6 client in AWS eu-west-3', ['X-Forwarded-For: 2a05:d012::1, 10.0.0.1'], PARIS),
  from(
    'R11 an IPv4-mapped client',
    ['X-Forwarded-For: ::ffff:35.180.1.1, 10.0.0.1'],
    PARIS,
    'takes it for an unknown IPv6 address',
  ),
  from(
    'R11 an IPv4-mapped client, in hexadecimal',
    ['X-Forwarded-For: ::ffff:23b4:0101, 10.0.0.1'],
    PARIS,
    'takes it for an unknown IPv6 address',
  ),
  from(
    'R11 what the client wrote is not believed',
    ['X-Forwarded-For: 35.180.1.1, 203.0.113.7, 10.0.0.1'],
    CDN,
    FIRST_BELIEVED,
  ),
  from(
    'R11 what the client wrote does not hide it',
    ['X-Forwarded-For: 203.0.113.7, 35.180.1.1, 10.0.0.1'],
    PARIS,
    FIRST_BELIEVED,
  ),
  from(
    'R11 several header lines are one',
    ['X-Forwarded-For: 203.0.113.7', 'x-forwarded-for: 35.180.1.1', 'X-FORWARDED-FOR: 10.0.0.1'],
    PARIS,
  ),
  from('R11 no white space', ['X-Forwarded-For:35.180.1.1,10.0.0.1'], PARIS),
  from('R11 much white space', ['X-Forwarded-For: \t 35.180.1.1 \t ,\t10.0.0.1  '], PARIS),
  from('R11 with ports', ['X-Forwarded-For: 35.180.1.1:4711, 10.0.0.1:80'], PARIS),
  from('R11 in brackets, with a port', ['X-Forwarded-For: [2a05:d012::1]:4711, 10.0.0.1'], PARIS),
  from('R11 in quotes', ['X-Forwarded-For: "[2a05:d012::1]:4711", "10.0.0.1"'], PARIS),
  from('R11 too few addresses are unusable', ['X-Forwarded-For: 35.180.1.1'], CDN),
  from('R11 with an empty header the peer counts', ['X-Forwarded-For:'], CDN),
  from('R11 without the header the peer counts', [], CDN),
  from('R11 garbage is unusable', ['X-Forwarded-For: garbage, 10.0.0.1'], CDN),
  from('R11 empty elements are ignored', ['X-Forwarded-For: ,35.180.1.1, , 10.0.0.1,'], PARIS),
  from('R11 a zone is unusable', ['X-Forwarded-For: fe80::1%eth0, 10.0.0.1'], CDN),
  from(
    'R11 an address with leading zeros is unusable',
    ['X-Forwarded-For: 035.180.1.1, 10.0.0.1'],
    CDN,
  ),
  from('R11 a number is no address', ['X-Forwarded-For: 599064833, 10.0.0.1'], CDN),
  from('R11 ten thousand commas', [`X-Forwarded-For: ${','.repeat(10_000)}`], CDN),
  from(
    'R11 Forwarded is not read next to it',
    ['Forwarded: for=35.180.1.1', 'X-Forwarded-For: 203.0.113.7, 10.0.0.1'],
    CDN,
  ),
  from(
    'R11 other headers are not read',
    ['X-Real-IP: 35.180.1.1', 'CF-Connecting-IP: 35.180.1.1', 'True-Client-IP: 35.180.1.1'],
    CDN,
  ),
];
