# Completion of cdstrack for fish:  cdstrack completion fish | source
# or a file:  cdstrack completion fish > ~/.config/fish/completions/cdstrack.fish
#
# cdstrack itself says what may follow. Its answer is only ever text here: nothing is evaluated.

function __cdstrack
    set -l typed (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --cut-at-cursor --current-token)
    set -l program (string replace --regex '^~/' "$HOME/" -- $typed[1])
    command --query -- $program; or set program cdstrack # an alias, say
    set -l position (math (count $typed) - 1)

    _CDSTRACK_COMPLETE=fish $program $position $typed[2..] $current 2>/dev/null </dev/null | while read --line line
        switch $line
            case :files
                set -l before (string match --regex -- '^.*=' $current)
                for path in (__fish_complete_path (string replace --regex -- '^.*=' '' $current))
                    echo -- "$before$path"
                end
            case :folders
                __fish_complete_directories $current
            case ':*'
            case '*'
                echo -- $line
        end
    end
end

complete --command cdstrack --no-files --keep-order --arguments '(__cdstrack)'
