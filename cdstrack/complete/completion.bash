# Completion of cdstrack for bash 4.4 or newer:  source <(cdstrack completion bash)
#
# cdstrack itself says what may follow. Its answer is only ever text here: nothing is evaluated.

_cdstrack() {
  local program=$1 line
  program=${program/#'~/'/"$HOME/"}
  type -P -- "$program" >/dev/null || program=cdstrack # an alias, say
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default ;; # bash knows its files better
      :folders) compopt -o dirnames ;;
      :goes-on) compopt -o nospace ;;
      :*) ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <(
    COLUMNS=${COLUMNS-} _CDSTRACK_COMPLETE=bash \
      "$program" "$COMP_POINT" "$COMP_LINE" "$COMP_WORDBREAKS" "$COMP_TYPE" 2>/dev/null </dev/null
  )
}

complete -o nosort -F _cdstrack cdstrack
