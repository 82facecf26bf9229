/** Longer texts are cut in messages: what is refused may be as long as a request allows. */
const longest = 100;

/** The text as an error message shows it: quoted, control characters escaped, cut when long. */
export function quote(text: string): string {
  return text.length <= longest
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, longest))}… (${text.length} characters)`;
}
