#compdef cdstrack
# Completion of cdstrack for zsh. Either a line of ~/.zshrc, behind compinit:
#     source <(cdstrack completion zsh)
# or a file in a folder of $fpath:
#     cdstrack completion zsh > ~/.zfunc/_cdstrack
#
# cdstrack itself says what may follow. Its answer is only ever text here: nothing is evaluated.

_cdstrack() {
  local program=${(Q)words[1]} line
  program=${program/#\~\//$HOME/}
  whence -p -- "$program" >/dev/null || program=cdstrack # an alias, say

  local -a typed told found options
  typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" "${(@Q)words[CURRENT+1,-1]}")
  told=("${(@f)$(
    _CDSTRACK_COMPLETE=zsh "$program" $((CURRENT - 2)) "${typed[@]}" 2>/dev/null </dev/null
  )}")
  for line in "${told[@]}"; do
    case $line in
      :files) compset -P '*='; _files; return ;;
      :folders) _files -/; return ;;
      :goes-on) options+=(-S '') ;;
      :by-title) options+=(-U) ;; # zsh would drop what does not begin with what was typed
      *$'\t') found+=("${line%$'\t'}") ;; # nothing is said of it
      *$'\t'*) line=${line/$'\t'/:} found+=("${line//\\/\\\\}") ;; # for _describe takes one away
    esac
  done
  (( $#found )) || return 1
  _describe -V cdstrack found "${options[@]}"
  if (( $#found > 1 && ${options[(I)-U]} )); then
    compstate[insert]='' compstate[list]='list force' # what was typed stays
  fi
}

if [[ $funcstack[1] == _cdstrack ]]; then
  _cdstrack "$@" # the first time that zsh calls a file of $fpath
else
  compdef _cdstrack cdstrack
fi
