/** Characters to show at most: what a message refuses may be as long as a request allows. */
const longest = 100;

/** The text as an error message shows it: quoted, with control characters escaped, and shortened if long. */
export function quote(text: string): string {
  return text.length <= longest
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, longest))}… (${text.length} characters)`;
}
