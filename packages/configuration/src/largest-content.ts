/** The most bytes of a configuration's text. One of 100,000 networks is half as large; a device or an endless answer is larger. */
export const LARGEST_CONTENT = 8 * 1024 * 1024;

export const TOO_LARGE = 'the configuration is too large: expected 8 MiB at most';
