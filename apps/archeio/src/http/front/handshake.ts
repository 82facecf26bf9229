import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { LIMITS } from '../limits.ts';
import type { PrefaceFailure } from './preface-failures.ts';

/** Called once: with the encrypted socket, or with the reason why there is none; undefined if nothing at all arrived. */
type Done = (result: TLSSocket | PrefaceFailure | undefined) => void;

/** HTTP/2 is not spoken: a client that offers it alone is refused by an alert (RFC 7301 §3.2). */
const PROTOCOLS = ['http/1.1'];

/**
 * Makes the server's side of a TLS handshake. The context belongs to this connection: another certificate for later ones does
 * not change it.
 *
 * @param timeout milliseconds
 */
export function shakeHands(
  socket: Socket,
  secureContext: SecureContext,
  done: Done,
  timeout: number = LIMITS.handshakeTimeout,
): void {
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext,
    ALPNProtocols: PROTOCOLS,
  });
  let isDone = false;
  const settle: Done = (result) => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    if (result !== secured) secured.destroy();
    done(result);
  };
  const failed = (): void => settle(socket.bytesRead === 0 ? undefined : 'handshake');
  const timer = setTimeout(() => settle('handshake-timeout'), timeout);
  secured.once('secure', () => settle(secured));
  secured.on('error', failed);
  // A connection that ends within the handshake can stay half open.
  secured.once('end', failed);
  secured.once('close', failed);
}
