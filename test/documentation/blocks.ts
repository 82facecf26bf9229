/** A fenced block of a document. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** The path in the comment of its first line, or nothing. */
  readonly file: string;
}

/** The fenced blocks of a Markdown document, in order. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
    language,
    text,
    file: /^# (\/[^\s(]+)/.exec(text)?.[1] ?? '',
  }));
}
