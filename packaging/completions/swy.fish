# fish completion for swy

function __swy_tasks
    swy tasks list --json --limit 50 2>/dev/null | string match -ra '"id": ?"([0-9a-f]{6})"' -g
end

complete -c swy -f
complete -c swy -n __fish_use_subcommand -a run -d 'start a task'
complete -c swy -n __fish_use_subcommand -a demo -d 'watch a whole task, without key or network'
complete -c swy -n __fish_use_subcommand -a tasks -d 'list, show and steer tasks'
complete -c swy -n __fish_use_subcommand -a monitor -d 'watch a task to its end'
complete -c swy -n __fish_use_subcommand -a logs -d 'the output of its commands'
complete -c swy -n __fish_use_subcommand -a wait -d 'wait for its end'
complete -c swy -n __fish_use_subcommand -a confirm -d 'answer a command that waits'
complete -c swy -n __fish_use_subcommand -a code -d 'the confirmation code'
complete -c swy -n __fish_use_subcommand -a stop -d 'end a task and its processes'
complete -c swy -n __fish_use_subcommand -a diff -d 'what a task has changed'
complete -c swy -n __fish_use_subcommand -a merge -d 'merge a finished task'
complete -c swy -n __fish_use_subcommand -a discard -d 'throw its work away'
complete -c swy -n __fish_use_subcommand -a agent -d 'the agents'
complete -c swy -n __fish_use_subcommand -a gate -d 'how commands are judged'
complete -c swy -n __fish_use_subcommand -a queue -d 'what waits, and for what'
complete -c swy -n __fish_use_subcommand -a doctor -d 'what does not fit together, and mend it'
complete -c swy -n __fish_use_subcommand -a export -d 'pack a task into one file'
complete -c swy -n __fish_use_subcommand -a engine -d 'the engine'
complete -c swy -n __fish_use_subcommand -a help -d 'the list of commands'

complete -c swy -n '__fish_seen_subcommand_from tasks' -a 'list show events cancel pause resume retry delete priority after message'
complete -c swy -n '__fish_seen_subcommand_from code' -a set
complete -c swy -n '__fish_seen_subcommand_from agent' -a list
complete -c swy -n '__fish_seen_subcommand_from gate' -a 'explain classify test'
complete -c swy -n '__fish_seen_subcommand_from engine' -a 'start status reload stop'
complete -c swy -n '__fish_seen_subcommand_from queue' -a 'show hold release drain resize lift'
complete -c swy -n '__fish_seen_subcommand_from monitor logs wait confirm stop diff merge discard show events cancel pause resume retry delete priority after message' -a '(__swy_tasks)'
complete -c swy -n '__fish_seen_subcommand_from run' -s b -d 'a shell command'
complete -c swy -n '__fish_seen_subcommand_from run' -s q -d 'print only the id'
complete -c swy -n '__fish_seen_subcommand_from run logs' -s f -d follow
complete -c swy -n '__fish_seen_subcommand_from run' -l project -ra '(__fish_complete_directories)'
complete -c swy -n '__fish_seen_subcommand_from run' -l priority -xa 'high normal low'
complete -c swy -n '__fish_seen_subcommand_from run' -l shell -xa 'bash sh zsh'
for option in agent model base time-limit after
    complete -c swy -n '__fish_seen_subcommand_from run' -l $option -x
end
for option in in-place detailed minimal
    complete -c swy -n '__fish_seen_subcommand_from run' -l $option
end
complete -c swy -n '__fish_seen_subcommand_from run list show events diff status' -l json -d 'for programs'
complete -c swy -n '__fish_seen_subcommand_from demo' -l unattended -d 'ask nobody'
complete -c swy -n '__fish_seen_subcommand_from logs' -l grep -x
complete -c swy -n '__fish_seen_subcommand_from logs' -l errors
complete -c swy -n '__fish_seen_subcommand_from logs' -l attempt -x
complete -c swy -n '__fish_seen_subcommand_from wait' -l timeout -x
complete -c swy -n '__fish_seen_subcommand_from confirm' -l deny
complete -c swy -n '__fish_seen_subcommand_from diff' -l stat
complete -c swy -n '__fish_seen_subcommand_from merge' -l delete-branch
complete -c swy -n '__fish_seen_subcommand_from merge' -l keep-branch
complete -c swy -n '__fish_seen_subcommand_from discard' -l yes
