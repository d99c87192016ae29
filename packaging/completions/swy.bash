# bash completion for swy. Commands, options and tasks come from the program itself, so that they are always those of
# the installed version.

_swy_commands() { # WORDS-BEFORE…: what may come next
    swy help 2>/dev/null | sed -n 's/^  \([a-z][a-z -]*[a-z]\)   *.*/\1/p' | awk -v before="$*" '
        BEGIN { depth = split(before, given, " ") }
        { for (i = 1; i <= depth; i++) if ($i != given[i]) next; if (NF > depth) print $(depth + 1) }' | sort -u
}

_swy_options() { # COMMAND…: its options
    swy "$@" --help 2>/dev/null | grep -oE '(^|[ ,|[])--?[a-z][a-z-]*' | grep -oE -- '--?[a-z][a-z-]*' | sort -u
}

_swy_ids() {
    swy tasks list --json --limit 50 2>/dev/null | grep -oE '"id": ?"[0-9a-f]{6}"' | grep -oE '[0-9a-f]{6}'
}

_swy() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words='' word
    local -a command=()
    COMPREPLY=()
    case $previous in
    --project)
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
    --priority) words="high normal low" ;;
    --shell) words="bash sh zsh" ;;
    --status) words="pending queued running waiting paused completed failed cancelled timed_out interrupted" ;;
    --agent) words=$(swy agent list --json 2>/dev/null | grep -oE '"name": ?"[^"]*"' | cut -d'"' -f4) ;;
    esac
    if [[ -z $words ]]; then
        for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
            [[ $(_swy_commands "${command[@]}") == *$word* && $word != -* ]] || break
            command+=("$word")
        done
        [[ ${#command[@]} -eq 0 ]] && words="--version --help help"
        ((${#command[@]} == COMP_CWORD - 1)) && words+=" $(_swy_commands "${command[@]}")"
        if ((${#command[@]} > 0)); then
            words+=" $(_swy_options "${command[@]}")"
            [[ $current == -* ]] || words+=" $(_swy_ids)"
        fi
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    if ((${#COMPREPLY[@]} == 0)); then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}

complete -F _swy swy
