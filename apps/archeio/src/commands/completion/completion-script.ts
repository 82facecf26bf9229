/** A shell that a script can be printed for. */
export type Shell = 'bash' | 'zsh' | 'fish';

/**
 * What each shell loads. All of them run `archeio complete -- WORD…` and never evaluate what was typed. A line of its
 * output is a word, a tab and its description; `:files` lets the shell offer files.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  // Bash splits words at "=", so that --option=value arrives as three.
  bash: String.raw`_archeio() {
  local current=${'$'}{COMP_WORDS[COMP_CWORD]} words=() word line
  [[ $current == = ]] && current=
  for word in "${'$'}{COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == = ]] || words+=("$word")
  done
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default
    else
      COMPREPLY+=("${'$'}{line%%$'\t'*}")
    fi
  done < <("${'$'}{COMP_WORDS[0]}" complete -- "${'$'}{words[@]}" "$current" 2>/dev/null)
}
complete -F _archeio archeio
`,
  zsh: String.raw`#compdef archeio
_archeio() {
  local -a candidates
  local line tab=$'\t'
  for line in "${'$'}{(@f)$("${'$'}{words[1]}" complete -- "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      _files
      return
    fi
    [[ -n $line ]] && candidates+=("${'$'}{${'$'}{line%%$tab*}//:/\\:}:${'$'}{line#*$tab}")
  done
  _describe 'archeio' candidates
}
compdef _archeio archeio
`,
  fish: String.raw`function __archeio_complete
    set -l words (commandline -opc)
    for line in ($words[1] complete -- $words[2..-1] "$(commandline -ct)" 2>/dev/null)
        if test $line = :files
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c archeio -f -a '(__archeio_complete)'
`,
};
