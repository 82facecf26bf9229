import type { DemoImage } from './demo-image.ts';
import { type Answer, sendBytes, sendNothing } from './loopback-server.ts';

/** Nothing refers to the image. */
const NO_REFERRERS = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [],
});

/** A registry with one image that can only be pulled (OCI distribution specification, category "pull"). */
export function demoRegistry({ repository, tag, manifests, blobs }: DemoImage): Answer {
  const root = `/v2/${repository}`;
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendNothing(response, 405);
    const { pathname } = new URL(request.url ?? '/', 'http://registry');
    const send = (mediaType: string, bytes: Uint8Array, digest?: string): void =>
      sendBytes(request, response, bytes, {
        'content-type': mediaType,
        ...(digest !== undefined && { 'docker-content-digest': digest }),
      });
    const sendJson = (text: string, mediaType = 'application/json'): void =>
      send(mediaType, Buffer.from(text));
    if (pathname === '/v2/') return sendJson('{}');
    if (pathname === '/v2/_catalog')
      return sendJson(JSON.stringify({ repositories: [repository] }));
    if (pathname === `${root}/tags/list`)
      return sendJson(JSON.stringify({ name: repository, tags: [tag] }));
    if (pathname.startsWith(`${root}/referrers/`))
      return sendJson(NO_REFERRERS, 'application/vnd.oci.image.index.v1+json');
    const [kind = '', reference = '', ...more] = pathname.slice(root.length + 1).split('/');
    const contents = kind === 'manifests' ? manifests : blobs;
    const content = contents.get(decodeURIComponent(reference));
    const isKnown = pathname.startsWith(`${root}/`) && more.length === 0;
    if (!isKnown || content === undefined || !['manifests', 'blobs'].includes(kind))
      return sendNothing(response, 404);
    send(content.mediaType, content.bytes, content.digest);
  };
}
