import picomatch from 'picomatch';

/** Whether a text matches any of the patterns: `*` matches anything but a slash, `**` anything. */
export function matcher(patterns: readonly string[]): (text: string) => boolean {
  return picomatch([...patterns], { dot: true });
}

/** Whether a name is a pattern: names and tags contain none of these characters. */
export function isPattern(text: string): boolean {
  return /[*?[\]{}()!+@]/.test(text);
}
