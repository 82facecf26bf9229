/** Maximum size in bytes: twice that of a configuration with 100,000 networks. Stops at a device or an endless answer. */
export const LARGEST_CONTENT = 8 * 1024 * 1024;

export const TOO_LARGE = 'the configuration is too large: expected at most 8 MiB';
