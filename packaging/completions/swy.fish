# fish completion for swy. Commands, options and tasks come from the program itself, so that they are always those of
# the installed version.

function __swy_command --description 'the words of the command so far, without options'
    commandline -opc | tail -n +2 | string match -v -- '-*'
end

function __swy_next --description 'what may come next: word and description'
    set -l before (__swy_command | string join ' ')
    swy help 2>/dev/null | sed -n 's/^  \([a-z][a-z -]*[a-z]\)   *\(.*\)/\1\t\2/p' | awk -F'\t' -v before="$before" '
        BEGIN { depth = split(before, given, " ") }
        { count = split($1, words, " "); for (i = 1; i <= depth; i++) if (words[i] != given[i]) next
          if (count > depth && !seen[words[depth + 1]]++) print words[depth + 1] "\t" $2 }'
end

function __swy_options
    swy (__swy_command | head -n 2) --help 2>/dev/null | string match -ra -g '(?:^|[ ,|\[])(--?[a-z][a-z-]*)' | sort -u
end

function __swy_ids
    swy tasks list --json --limit 50 2>/dev/null | string match -ra -g '"id": ?"([0-9a-f]{6})"'
end

complete -c swy -a '(__swy_next)'
complete -c swy -n 'string match -q -- "-*" (commandline -ct)' -a '(__swy_options)'
complete -c swy -n 'test (count (__swy_command)) -gt 0' -a '(__swy_ids)'
