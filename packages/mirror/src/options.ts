/** Environment variables, for credentials and proxies. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which tags and platforms of a source are mirrored. */
export interface Selection {
  /** Patterns; all tags if empty. */
  readonly tags: {
    readonly include?: readonly string[] | undefined;
    readonly exclude?: readonly string[] | undefined;
    /** How many, at least 1. */
    readonly newest?: number | undefined;
    /** Tags that never move: once mirrored, they are not requested again. */
    readonly immutable?: readonly string[] | undefined;
    /** What happens in a copy of the registry to tags that the source no longer has. */
    readonly deleted?: 'keep' | 'follow' | undefined;
  };
  /** Such as `linux/amd64`; all platforms if omitted. */
  readonly platforms?: readonly string[] | undefined;
  readonly referrers: boolean;
}

/** A registry. */
export interface RegistryConfiguration extends Selection {
  /** Scheme, host and port. */
  readonly url: string;
  /** Prefix of every repository name in the registry; may be empty. */
  readonly path: string;
  readonly repositories: {
    /** Names or patterns, all if omitted; `google` reads the names from the listings of Google's registries. */
    readonly from: 'list' | 'catalog' | 'google';
    readonly names?: readonly string[] | undefined;
  };
}

/** The directory of an OCI image layout. */
export interface LayoutConfiguration extends Selection {
  readonly repositories: {
    readonly from: 'layout';
    readonly path: string;
    /** Repository name of its images. */
    readonly name: string;
  };
}

export type SourceConfiguration = RegistryConfiguration | LayoutConfiguration;

/** Whether a destination is a copy of the registry. */
export interface CopyConfiguration {
  readonly contents?: 'blobs' | 'registry' | undefined;
  /** Where clients find blobs: at the key, or below each repository as well. */
  readonly blobs?: 'key' | 'repository' | undefined;
}

/** A bucket on Amazon S3 or a compatible server. */
export interface BucketConfiguration extends CopyConfiguration {
  readonly name: string;
  readonly type: 's3';
  readonly bucket: string;
  readonly region: string;
  /** Key template of blobs. */
  readonly key: string;
  /** Endpoint of an S3-compatible server; Amazon S3 if omitted. */
  readonly endpoint?: string | undefined;
  readonly forcePathStyle?: boolean | undefined;
}

/** A directory. */
export interface DirectoryConfiguration extends CopyConfiguration {
  readonly name: string;
  readonly type: 'directory';
  readonly path: string;
  readonly key: string;
  /** Permissions of files, independent of the umask: a web server that reads them is another user. */
  readonly mode: number;
}

export type DestinationConfiguration = BucketConfiguration | DirectoryConfiguration;

/** Source, destinations and limits. */
export interface MirrorConfiguration {
  readonly source: SourceConfiguration;
  readonly destinations: readonly DestinationConfiguration[];
  readonly limits: {
    /** Requests per second to the source, all kinds counted; 0 means no limit. */
    readonly requestsPerSecond: number;
    readonly concurrency: number;
    /** Bytes per second read from the source; 0 means no limit. */
    readonly bytesPerSecond: number;
    /** Maximum memory for parts of blobs in flight; bytes. */
    readonly memory: number;
  };
}
