import { connect } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Haproxy } from './haproxy.ts';
import { startPart } from './part-process.ts';
import { freePort } from './ports.ts';

/** Whether something accepts connections on a port of loopback. */
function answersTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Starts nginx as a layer 4 balancer that sends PROXY headers, and takes one from its clients so that a test can be any client. */
export async function startNginxStream(folder: string, port: number): Promise<Haproxy> {
  mkdirSync(folder, { recursive: true });
  const own = await freePort();
  const configuration = join(folder, 'nginx.conf');
  writeFileSync(
    configuration,
    `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
stream {
  set_real_ip_from 127.0.0.0/8;
  server {
    listen 127.0.0.1:${own} proxy_protocol;
    proxy_pass 127.0.0.1:${port};
    proxy_protocol on;
  }
}
`,
  );
  const command = ['nginx', '-e', 'stderr', '-c', configuration, '-g', 'daemon off;'];
  const part = startPart('nginx', command, { folder });
  await part.until(() => answersTcp(own));
  return { port: own, [Symbol.asyncDispose]: () => part[Symbol.asyncDispose]() };
}
