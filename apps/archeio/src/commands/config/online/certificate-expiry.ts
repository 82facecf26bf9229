import tls from 'node:tls';
import { isIP } from 'node:net';
import type { AskOptions } from './ask.ts';
import { bad, type CheckResult, warning } from './finding.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Automatic renewal happens earlier than this. Days. */
const SOON = 21;

/** Expiry of the certificate of an https URL's host, whether trusted or not; undefined if there is none. */
function readExpiry(url: URL, { timeout }: AskOptions): Promise<Date | undefined> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = tls.connect({
      host,
      port: url.port === '' ? 443 : Number(url.port),
      // RFC 6066 §3: an address is not a server name.
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: false,
    });
    const done = (expiry: Date | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(expiry);
    };
    const timer = setTimeout(() => done(undefined), timeout);
    socket.once('secureConnect', () => {
      const date = new Date(socket.getPeerCertificate().valid_to);
      done(Number.isNaN(date.getTime()) ? undefined : date);
    });
    socket.once('error', () => done(undefined));
  });
}

/** Finding about the certificate of a URL's host; none while it is valid for long enough. */
export async function checkCertificate(
  text: string,
  options: AskOptions,
  timeOfDay: number,
): Promise<CheckResult[]> {
  const url = new URL(text);
  if (url.protocol !== 'https:') return [];
  const expiry = await readExpiry(url, options);
  if (expiry === undefined) return [];
  const left = Math.floor((expiry.getTime() - timeOfDay) / DAY);
  const day = expiry.toISOString().slice(0, 10);
  const renew = 'renew it: clients refuse expired certificates';
  if (left < 0) return [bad(`the certificate of ${url.host} expired on ${day}`, renew)];
  if (left >= SOON) return [];
  return [warning(`the certificate of ${url.host} expires on ${day}, in ${left} days`, renew)];
}
