import type { Content } from '../content.ts';
import type { ConfigurationLocation } from '../location.ts';
import { readAgain } from '../read-content.ts';
import { RemoteContent } from '../remote-content.ts';

/** Returns a function that reads a location repeatedly; undefined if it can be read only once. */
export function contentReader(
  location: ConfigurationLocation,
  directory?: string,
): (() => Promise<Content>) | undefined {
  switch (location.kind) {
    case 'file':
      return () => readAgain(location.path);
    case 'url': {
      const remote = new RemoteContent(location.url, { directory });
      return () => remote.fetch();
    }
    case 'preset':
    case 'stdin':
      return undefined;
  }
}
