/** Variables of the process, for credentials and proxies. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What of a source is mirrored. */
export interface Selection {
  /** Patterns; all tags where there are none. */
  readonly tags: {
    readonly include?: readonly string[] | undefined;
    readonly exclude?: readonly string[] | undefined;
    /** How many, at least 1. */
    readonly newest?: number | undefined;
    /** Tags that never move: once they are mirrored they are not asked for again. */
    readonly immutable?: readonly string[] | undefined;
  };
  /** Such as `linux/amd64`; all of them where it is missing. */
  readonly platforms?: readonly string[] | undefined;
  readonly referrers: boolean;
}

/** A registry. */
export interface RegistryConfiguration extends Selection {
  /** Scheme, host and port. */
  readonly url: string;
  /** What comes before each name there; may be empty. */
  readonly path: string;
  readonly repositories: {
    /** Names and patterns; from `google` by the lists that Google's registries have. */
    readonly from: 'list' | 'catalog' | 'google';
    readonly names?: readonly string[] | undefined;
  };
}

/** The directory of an OCI image layout. */
export interface LayoutConfiguration extends Selection {
  readonly repositories: {
    readonly from: 'layout';
    readonly path: string;
    /** What its images are called. */
    readonly name: string;
  };
}

export type SourceConfiguration = RegistryConfiguration | LayoutConfiguration;

/** A bucket, Amazon's or another server's. */
export interface BucketConfiguration {
  readonly name: string;
  readonly type: 's3';
  readonly bucket: string;
  readonly region: string;
  /** The template of a blob's key. */
  readonly key: string;
  /** Another server than Amazon's. */
  readonly endpoint?: string | undefined;
  readonly forcePathStyle?: boolean | undefined;
}

/** A directory. */
export interface DirectoryConfiguration {
  readonly name: string;
  readonly type: 'directory';
  readonly path: string;
  readonly key: string;
  /** The permissions of files, such as 0o644. */
  readonly mode: number;
}

export type DestinationConfiguration = BucketConfiguration | DirectoryConfiguration;

/** From where, to where, and how much at once. */
export interface MirrorConfiguration {
  readonly source: SourceConfiguration;
  readonly destinations: readonly DestinationConfiguration[];
  readonly limits: {
    /** Of the source, everything counted; 0 is no limit. */
    readonly requestsPerSecond: number;
    readonly concurrency: number;
    /** Read from the source; 0 is no limit. */
    readonly bytesPerSecond: number;
    /** Bytes that parts of blobs may take that are on their way. */
    readonly memory: number;
  };
}
