import { isIPv4, isIPv6 } from 'node:net';
import { parseAddr, unmapAddr, type Addr } from '@archeio/netip';
import type { ProxyHeader, ProxyHeaderError } from '../proxy-protocol/header.ts';

type Outcome = ProxyHeader | ProxyHeaderError | 'more';

const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1').toString('hex');

/** The numbers 0 to 65535 as text. */
const PORTS = new Set(Array.from({ length: 65_536 }, (_, port) => String(port)));

function obviousLine(line: string): Addr | undefined | 'malformed-header' {
  const words = line.split(' ');
  if (words[1] === 'UNKNOWN') return undefined;
  const isAddress = words[1] === 'TCP4' ? isIPv4 : isIPv6;
  const isFamily = words[1] === 'TCP4' || words[1] === 'TCP6';
  const [, , source = '', destination = '', from = '', to = ''] = words;
  const isGood =
    words.length === 6 &&
    isFamily &&
    [source, destination].every((each) => isAddress(each) && !each.includes('%')) &&
    [from, to].every((each) => PORTS.has(each));
  return isGood ? unmapAddr(parseAddr(source)) : 'malformed-header';
}

function obviousText(bytes: Buffer): Outcome {
  const text = bytes.toString('latin1');
  const start = text.slice(0, 107);
  const end = start.indexOf('\r');
  if (end >= 0 && end + 1 < start.length && start[end + 1] !== '\n') return 'malformed-header';
  const length = start.indexOf('\r\n') + 2;
  if (length === 1) return text.length >= 107 ? 'header-too-long' : 'more';
  const client = obviousLine(start.slice(0, length - 2));
  return client === 'malformed-header' ? client : { length, client };
}

/** The IPv6 address of sixteen bytes, as text in full. */
const inFull = (bytes: Buffer): string => bytes.toString('hex').match(/.{4}/g)?.join(':') ?? '';

function obviousBinary(bytes: Buffer): Outcome {
  const hex = bytes.toString('hex');
  const [command, transport] = [hex.slice(24, 26), hex.slice(26, 28)];
  if (command.length === 2 && command !== '20' && command !== '21') return 'malformed-header';
  if (transport.length === 2 && command === '21' && !/^[0-3][0-2]$/.test(transport))
    return 'malformed-header';
  if (bytes.length < 16) return 'more';
  const rest = bytes.readUInt16BE(14);
  const least = { 0: 0, 1: 12, 2: 36, 3: 216 }[Number(transport[0])] ?? 0;
  if (command === '21' && rest < least) return 'malformed-header';
  if (16 + rest > 2048) return 'header-too-long';
  if (bytes.length < 16 + rest) return 'more';
  const length = 16 + rest;
  if (command === '20') return { length, client: undefined };
  if (transport[0] === '1')
    return { length, client: parseAddr([...bytes.subarray(16, 20)].join('.')) };
  if (transport[0] === '2')
    return { length, client: unmapAddr(parseAddr(inFull(bytes.subarray(16, 32)))) };
  return { length, client: undefined };
}

/** Reads a PROXY header by text, hexadecimal digits and `node:net`: slow and obvious. */
export function obviousProxyHeader(given: Uint8Array): Outcome {
  const bytes = Buffer.from(given);
  const text = bytes.toString('latin1');
  if ('PROXY '.startsWith(text) && text !== 'PROXY ') return 'more';
  if (text.startsWith('PROXY ')) return obviousText(bytes);
  const start = bytes.toString('hex').slice(0, 24);
  return V2_SIGNATURE.startsWith(start) ? obviousBinary(bytes) : 'no-header';
}
