import { stat } from 'node:fs/promises';
import { type Content, UnreachableError } from '../configuration/content.ts';
import type { ConfigurationLocation } from '../configuration/location.ts';
import { readContent } from '../configuration/read-content.ts';
import { RemoteContent } from '../configuration/remote-content.ts';

/** How what a location has is read again and again; undefined where it can be read but once. */
export function contentReader(
  location: ConfigurationLocation,
  directory?: string,
): (() => Promise<Content>) | undefined {
  switch (location.kind) {
    case 'file':
      return async () => {
        // A pipe is empty after the start, and reading it would wait for ever.
        const found = await stat(location.path).catch(() => undefined);
        if (found !== undefined && !found.isFile())
          throw new UnreachableError(
            'file',
            `cannot read ${JSON.stringify(location.path)} again: it is no file`,
          );
        return readContent(location);
      };
    case 'url': {
      const remote = new RemoteContent(location.url, { directory });
      return () => remote.fetch();
    }
    case 'preset':
    case 'stdin':
      return undefined;
  }
}
