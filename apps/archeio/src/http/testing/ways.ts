import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { parsePrefix } from '@archeio/netip';
import { trustedPrefixes } from '@archeio/client-address';
import { TestAuthority } from '../../../../../test/parts/certificate.ts';
import { secureContextOf } from '../../platform/certificate/secure-context.ts';
import type { Preface } from '../front/preface.ts';

/** A way for requests to get to a server. */
export interface Way {
  readonly name: string;
  readonly preface: Preface | undefined;
  /** Connects, and calls back when bytes can be sent. */
  connect(port: number, ready: (socket: Socket) => void): Socket;
}

using authority = new TestAuthority();
const context = secureContextOf(authority.issue());
/** Another certificate, whose subject is `server-2`; that of the ways is `server-1`. */
export const OTHER_CONTEXT = secureContextOf(authority.issue());

const LOOPBACK = trustedPrefixes(['127.0.0.0/8', '::1/128'].map(parsePrefix));
/** From an address in the AWS region eu-west-3. */
export const PROXY_HEADER = 'PROXY TCP4 35.180.1.1 192.0.2.1 4711 443\r\n';

function preface(has: { readonly tls: boolean; readonly proxy: boolean }): Preface {
  return {
    isBalancer: has.proxy ? LOOPBACK : undefined,
    context: has.tls ? context : undefined,
    failed: () => undefined,
  };
}

function secure(socket: Socket, ready: (socket: Socket) => void): Socket {
  const secured = connectSecure({ socket, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  secured.once('secureConnect', () => ready(secured));
  return secured;
}

function connectTo(port: number, ready: (socket: Socket) => void): Socket {
  const socket = connectPlain(port, '127.0.0.1', () => ready(socket));
  return socket;
}

/** Every way, the plain one first. */
export const WAYS: readonly Way[] = [
  { name: 'plain', preface: undefined, connect: connectTo },
  {
    name: 'TLS',
    preface: preface({ tls: true, proxy: false }),
    connect: (port, ready) => secure(connectPlain(port, '127.0.0.1'), ready),
  },
  {
    name: 'PROXY header',
    preface: preface({ tls: false, proxy: true }),
    connect: (port, ready) =>
      connectTo(port, (socket) => {
        socket.write(PROXY_HEADER);
        ready(socket);
      }),
  },
  {
    name: 'PROXY header and TLS',
    preface: preface({ tls: true, proxy: true }),
    connect(port, ready) {
      const socket = connectPlain(port, '127.0.0.1');
      socket.write(PROXY_HEADER);
      return secure(socket, ready);
    },
  },
];
