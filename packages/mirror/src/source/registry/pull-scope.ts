/** The scope of a token for reading a repository (the distribution project's token specification). */
export const pull = (repository: string): string => `repository:${repository}:pull`;
