import type { AskFailure } from './ask.ts';
import { bad, type CheckResult } from './finding.ts';

const HINT = Object.freeze({
  connection: 'check its URL, its DNS name and the network',
  tls: 'clients would refuse it too: its certificate must be valid for this name and come from an authority that they trust',
  timeout: 'check that it is up, and that no firewall drops the connection',
});

/** Finding about a backend that did not answer. */
export function unreachable({ reason, detail }: AskFailure): CheckResult {
  const what = reason === 'tls' ? 'TLS fails' : 'cannot be reached';
  return bad(`${what}: ${detail}`, HINT[reason]);
}
