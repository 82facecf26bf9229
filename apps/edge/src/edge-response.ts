import type { Answer } from '@archeio/request-handler';

/** The header lines of an answer as pairs. Connections belong to the platform. */
function pairsOf({ headers }: Answer): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < headers.length; at += 2)
    if (headers[at] !== 'Connection') pairs.push([headers[at], headers[at + 1]]);
  return pairs;
}

/** An answer as the platform sends it. */
export function responseOf(answer: Answer, method: string): Response {
  const body = method === 'HEAD' || answer.body === '' ? null : answer.body;
  return new Response(body, { status: answer.status, headers: pairsOf(answer) });
}
