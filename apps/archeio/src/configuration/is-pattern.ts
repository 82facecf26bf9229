/** Whether a name is a pattern: names and tags have none of these. */
export function isPattern(text: string): boolean {
  return /[*?[\]{}()!+@]/.test(text);
}
