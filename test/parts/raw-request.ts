import { connect, type Socket } from 'node:net';

/** An HTTP/1.1 response, read byte by byte off the connection. */
export interface RawResponse {
  readonly status: number;
  /** By lower-case name; several lines of one name are joined with commas. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Every byte received. */
  readonly bytes: string;
}

/** Reads the first response in `bytes`; undefined if it is incomplete. */
export function parseResponse(
  bytes: string,
  ended: boolean,
  method: string,
): RawResponse | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine, ...lines] = bytes.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  if (status === 100) return parseResponse(bytes.slice(end + 4), ended, method);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  const body = bytes.slice(end + 4);
  const length = headers.get('content-length');
  const whole = method === 'HEAD' ? 0 : Number(length ?? Number.NaN);
  if (!(body.length >= whole) && !ended) return undefined;
  return { status, headers, body: Number.isNaN(whole) ? body : body.slice(0, whole), bytes };
}

/**
 * Sends bytes over a new connection and reads the first response.
 *
 * @param bytes characters up to U+00FF, one for each byte
 * @param open opens the connection, by default plain TCP
 * @throws Error if no complete response arrives within five seconds
 */
export function rawRequest(
  port: number,
  bytes: string,
  host = '127.0.0.1',
  open: (port: number, host: string) => Socket = connect,
): Promise<RawResponse> {
  const method = bytes.slice(0, bytes.indexOf(' '));
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = open(port, host);
    const silence = (why: string): void => {
      socket.destroy();
      reject(
        new Error(
          `${why} after ${JSON.stringify(received.slice(0, 200))}, to ${JSON.stringify(bytes.slice(0, 200))}`,
        ),
      );
    };
    const settle = (ended: boolean): void => {
      const response = parseResponse(received, ended, method);
      if (response !== undefined) {
        socket.destroy();
        resolve(response);
      } else if (ended) silence('the connection ended');
    };
    socket.setTimeout(5000, () => silence('silence'));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      settle(false);
    });
    socket.on('end', () => settle(true));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (received === '') silence(error.code ?? error.message);
      else settle(true);
    });
    socket.write(Buffer.from(bytes, 'latin1'));
  });
}
