# bash completion for swy

_swy_ids() {
    swy tasks list --json --limit 50 2>/dev/null | grep -oE '"id": ?"[0-9a-f]{6}"' | grep -oE '[0-9a-f]{6}'
}

_swy() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]:-} sub=${COMP_WORDS[2]:-} words=
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
    if [[ -n $words ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        return
    fi
    if ((COMP_CWORD == 1)); then
        words="run demo tasks monitor logs wait confirm code stop diff merge discard agent gate queue doctor export engine help --version --help"
    else
        case $command in
        run) words="-b -q -f --json --agent --model --project --base --in-place --priority --time-limit --after --not-before --retries --retry-on --retry-pause --refuse --memory --processes --max-output --steps --budget --shell --detailed --minimal" ;;
        queue) words="show hold release drain resize lift" ;;
        doctor) words="--mend --json" ;;
        demo) words="--unattended" ;;
        tasks)
            if ((COMP_CWORD == 2)); then
                words="list show events cancel pause resume retry delete priority after message"
            elif [[ $sub == list ]]; then
                words="--json --status --text --limit"
            elif [[ $sub == priority ]] && ((COMP_CWORD == 4)); then
                words="high normal low"
            else
                words="--json $(_swy_ids)"
            fi
            ;;
        code) words="set" ;;
        agent) words="list --json" ;;
        gate) words="explain classify test --json" ;;
        engine) words="start status reload stop --json" ;;
        logs) words="-f --grep --errors --attempt $(_swy_ids)" ;;
        wait) words="--timeout $(_swy_ids)" ;;
        confirm) words="--deny $(_swy_ids)" ;;
        diff) words="--stat --json $(_swy_ids)" ;;
        merge) words="--delete-branch --keep-branch $(_swy_ids)" ;;
        discard) words="--yes $(_swy_ids)" ;;
        monitor | stop) words=$(_swy_ids) ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _swy swy
