/** Descriptions of the keys of `mirror`; see `descriptions.ts`. */
export const MIRROR_DESCRIPTIONS: Readonly<Record<string, string>> = {
  mirror: 'What `archeio mirror` copies, from where and to where. `serve` does not read it.',
  'mirror.source': 'Source of the blobs.',
  'mirror.source.url': 'URL of the registry, such as `https://registry.example`.',
  'mirror.source.path':
    'Path before every repository name. The configuration leaves it out of names.',
  'mirror.source.repositories': 'Repositories to copy, and how to find them.',
  'mirror.source.repositories.from':
    "Listed by name, from the registry's catalog, from Google's lists, or from an OCI layout directory instead of a registry.",
  'mirror.source.repositories.names':
    'Names or patterns; `*` matches anything but a slash, `**` matches anything.',
  'mirror.source.repositories.names[]': 'Name or pattern.',
  'mirror.source.repositories.path':
    'Directory of the OCI layout, relative to the configuration file.',
  'mirror.source.repositories.name': 'Repository name for the images of the layout.',
  'mirror.source.tags': 'Tags to copy (default: all).',
  'mirror.source.tags.include': 'Patterns; a tag must match at least one.',
  'mirror.source.tags.include[]': 'Pattern, such as `v*`.',
  'mirror.source.tags.exclude': 'Patterns; a tag must match none.',
  'mirror.source.tags.exclude[]': 'Pattern, such as `*-dev`.',
  'mirror.source.tags.newest': 'Maximum number of tags per repository; the newest are kept.',
  'mirror.source.tags.immutable':
    'Patterns of tags that never move. The mirror does not request them again once they are mirrored.',
  'mirror.source.tags.immutable[]': 'Pattern, such as `v*`.',
  'mirror.source.tags.deleted':
    'In copies of the registry (`contents: registry`): whether tags that the source no longer has stay (`keep`) or are deleted (`follow`).',
  'mirror.source.platforms': 'Platforms to copy (default: all).',
  'mirror.source.platforms[]': 'Platform, such as `linux/arm64`.',
  'mirror.source.referrers': 'Also copy signatures, attestations and other referrers.',
  'mirror.destinations':
    'Destinations of the copies. Each blob is read once, however many destinations there are.',
  'mirror.destinations[]': 'Bucket or directory.',
  'mirror.destinations[].name': 'Name in reports.',
  'mirror.destinations[].type': 'Kind of destination.',
  'mirror.destinations[].contents':
    'What the destination holds: `blobs`, or the whole `registry` with manifests and tags, as files that clients can pull from.',
  'mirror.destinations[].blobs':
    'In a copy of the registry: blobs are only at `key`, or also at `v2/<name>/blobs/<digest>` (`repository`), so that clients need nothing else to pull.',
  'mirror.destinations[].bucket': 'Name of the bucket.',
  'mirror.destinations[].region': 'Region of the bucket.',
  'mirror.destinations[].endpoint': "URL of an S3 server other than Amazon's.",
  'mirror.destinations[].forcePathStyle':
    'Put the bucket name into the path instead of the host name, as many other S3 servers require.',
  'mirror.destinations[].path': 'Directory, relative to the configuration file.',
  'mirror.destinations[].mode':
    'Directories only: mode of the files, as quoted octal digits. New directories get the matching mode, whatever the umask is.',
  'mirror.destinations[].key': 'Template for the key of a blob, with `{digest}` or `{hex}`.',
  'mirror.limits': 'Limits on requests, bandwidth and memory.',
  'mirror.limits.requestsPerSecond':
    'Requests per second to the source, tokens and retries included; 0 is no limit.',
  'mirror.limits.concurrency': 'Number of blobs and manifests to copy at the same time.',
  'mirror.limits.bytesPerSecond': 'Bytes per second to read from the source; 0 is no limit.',
  'mirror.limits.memory': 'Memory for parts of blobs in flight; at least 16MiB.',
};
