/** What the keys of `mirror` mean; see `descriptions.ts`. */
export const MIRROR_DESCRIPTIONS: Readonly<Record<string, string>> = {
  mirror: 'What `archeio mirror` copies, from where to where; `serve` does not read it.',
  'mirror.source': 'Where blobs are copied from.',
  'mirror.source.url': 'The registry, `https://registry.example`.',
  'mirror.source.path': "What its repositories' names begin with; names are written without it.",
  'mirror.source.repositories': 'Which repositories are copied, and how they are found.',
  'mirror.source.repositories.from':
    "By name; all of the registry's catalog; by Google's lists; or an OCI layout directory instead of a registry.",
  'mirror.source.repositories.names':
    'Names, or patterns in which `*` is anything but a slash and `**` anything.',
  'mirror.source.repositories.names[]': 'A name or pattern.',
  'mirror.source.repositories.path':
    'The directory of the OCI layout, relative to the configuration file.',
  'mirror.source.repositories.name': 'What the images of the layout are called.',
  'mirror.source.tags': 'Which tags are copied; all of them if left out.',
  'mirror.source.tags.include': 'Patterns of which a tag must fit one.',
  'mirror.source.tags.include[]': 'A pattern, `v*`.',
  'mirror.source.tags.exclude': 'Patterns of which a tag must fit none.',
  'mirror.source.tags.exclude[]': 'A pattern, `*-dev`.',
  'mirror.source.tags.newest': 'At most this many of a repository, the highest versions first.',
  'mirror.source.tags.immutable':
    'Patterns of tags that never move: once mirrored, they are not asked for again.',
  'mirror.source.tags.immutable[]': 'A pattern, `v*`.',
  'mirror.source.platforms': 'The platforms whose manifests are copied; all of them if left out.',
  'mirror.source.platforms[]': 'A platform, `linux/arm64`.',
  'mirror.source.referrers':
    'Whether signatures, attestations and other referrers are copied as well.',
  'mirror.destinations': 'Where blobs are copied to; each is read once, however many there are.',
  'mirror.destinations[]': 'A bucket or directory.',
  'mirror.destinations[].name': 'Its name in reports.',
  'mirror.destinations[].type': 'What it is.',
  'mirror.destinations[].bucket': "The bucket's name.",
  'mirror.destinations[].region': "The bucket's region.",
  'mirror.destinations[].endpoint': "Another S3 server than Amazon's, by its URL.",
  'mirror.destinations[].forcePathStyle':
    'Whether the bucket stands in the path and not in the host, as other S3 servers want it.',
  'mirror.destinations[].path': 'The directory, relative to the configuration file.',
  'mirror.destinations[].mode':
    "A directory's: the mode of its files in octal digits, in quotes. Directories that are made get the matching mode, whatever the umask is.",
  'mirror.destinations[].key': 'Where a blob is: a template with `{digest}` or `{hex}`.',
  'mirror.limits': 'How much at once.',
  'mirror.limits.requestsPerSecond': 'Requests to the source, everything counted; 0 is no limit.',
  'mirror.limits.concurrency': 'Blobs and manifests that are on their way at once.',
  'mirror.limits.bytesPerSecond': 'What is read from the source; 0 is no limit.',
  'mirror.limits.memory': 'What parts of blobs may take that are on their way, at least 16MiB.',
};
