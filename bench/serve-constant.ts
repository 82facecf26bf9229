import { createServer } from 'node:http';

/** The minimum for comparison: the same answer to every request, from the same kind of server. */
const location = process.argv[2];
const server = createServer((_request, response) => {
  response.writeHead(307, [
    'Location',
    location,
    'Cache-Control',
    'private, no-store',
    'Content-Length',
    '0',
  ]);
  response.end();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(
    JSON.stringify({
      event: 'started',
      port: typeof address === 'object' && address !== null ? address.port : 0,
    }),
  );
});
