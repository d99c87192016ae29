<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>switchyard::ui::ActivityModel</name>
    <message numerus="yes">
        <source>Plan: %n step(s)</source>
        <translation>
            <numerusform>Plan: %n step</numerusform>
            <numerusform>Plan: %n steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <comment>tests</comment>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passed</source>
        <comment>tests</comment>
        <translation>
            <numerusform>%n passed</numerusform>
            <numerusform>%n passed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n skipped</source>
        <comment>tests</comment>
        <translation>
            <numerusform>%n skipped</numerusform>
            <numerusform>%n skipped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… %n line(s) above, all of them in Output</source>
        <translation>
            <numerusform>… %n line above, all of it in Output</numerusform>
            <numerusform>… %n lines above, all of them in Output</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ActivityView</name>
    <message numerus="yes">
        <source>↓ %n new</source>
        <comment>rows of the activity</comment>
        <translation>
            <numerusform>↓ %n new</numerusform>
            <numerusform>↓ %n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::AgentsPage</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 s, with %2 in %n process(es)</source>
        <translation>
            <numerusform>%1 s, with %2 in %n process</numerusform>
            <numerusform>%1 s, with %2 in %n processes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ChooseCodeDialog</name>
    <message numerus="yes">
        <source>at least %n character(s), digits will do</source>
        <translation>
            <numerusform>at least %n character, digits will do</numerusform>
            <numerusform>at least %n characters, digits will do</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The code needs at least %n character(s).</source>
        <translation>
            <numerusform>The code needs at least %n character.</numerusform>
            <numerusform>The code needs at least %n characters.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::CommentsBar</name>
    <message numerus="yes">
        <source>Tell the agent %n comment(s)</source>
        <translation>
            <numerusform>Tell the agent %n comment</numerusform>
            <numerusform>Tell the agent %n comments</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Start an attempt with %n comment(s)</source>
        <translation>
            <numerusform>Start an attempt with %n comment</numerusform>
            <numerusform>Start an attempt with %n comments</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ConfirmDialog</name>
    <message numerus="yes">
        <source>%n try(s) left.</source>
        <comment>wrong codes</comment>
        <translation>
            <numerusform>%n try left.</numerusform>
            <numerusform>%n tries left.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>That code is wrong. %n try(s) left.</source>
        <translation>
            <numerusform>That code is wrong. %n try left.</numerusform>
            <numerusform>That code is wrong. %n tries left.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::DashboardPage</name>
    <message numerus="yes">
        <source>%n queued</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n queued</numerusform>
            <numerusform>%n queued</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) you</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n need you</numerusform>
            <numerusform>%n needs you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n call(s), %2 with errors, %3 on average, %4 at most</source>
        <translation>
            <numerusform>%1: %n call, %2 with errors, %3 on average, %4 at most</numerusform>
            <numerusform>%1: %n calls, %2 with errors, %3 on average, %4 at most</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1
%n run(s), %2 failed, %3 on average, longest in task %4</source>
        <translation>
            <numerusform>%1
%n run, %2 failed, %3 on average, longest in task %4</numerusform>
            <numerusform>%1
%n runs, %2 failed, %3 on average, longest in task %4</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1
%n change(s), +%2 −%3</source>
        <translation>
            <numerusform>%1
%n change, +%2 −%3</numerusform>
            <numerusform>%1
%n changes, +%2 −%3</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n run(s), %2 failed, %3, %4 tokens</source>
        <translation>
            <numerusform>%1: %n run, %2 failed, %3, %4 tokens</numerusform>
            <numerusform>%1: %n runs, %2 failed, %3, %4 tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::DetailsPane</name>
    <message numerus="yes">
        <source>… and %n more</source>
        <comment>files</comment>
        <translation>
            <numerusform>… and %n more</numerusform>
            <numerusform>… and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n process(es)</source>
        <translation>
            <numerusform>%n process</numerusform>
            <numerusform>%n processes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::DiffView</name>
    <message numerus="yes">
        <source>%n files changed</source>
        <translation>
            <numerusform>%n file changed</numerusform>
            <numerusform>%n files changed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::LogView</name>
    <message numerus="yes">
        <source>%n new lines</source>
        <translation>
            <numerusform>%n new line</numerusform>
            <numerusform>%n new lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::MainWindow</name>
    <message numerus="yes">
        <source>%n queued</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n queued</numerusform>
            <numerusform>%n queued</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) you (%1)</source>
        <translation>
            <numerusform>%n needs you (%1)</numerusform>
            <numerusform>%n need you (%1)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cancel %n task(s)</source>
        <translation>
            <numerusform>Cancel %n task</numerusform>
            <numerusform>Cancel %n tasks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %n task(s)</source>
        <translation>
            <numerusform>Retry %n task</numerusform>
            <numerusform>Retry %n tasks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n task(s) are under way: name the one you mean, such as “cancel %1”.</source>
        <translation>
            <numerusform>%n task are under way: name the one you mean, such as “cancel %1”.</numerusform>
            <numerusform>%n tasks are under way: name the one you mean, such as “cancel %1”.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) you</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n needs you</numerusform>
            <numerusform>%n need you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ready for review</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n ready for review</numerusform>
            <numerusform>%n ready for review</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::MergeDialog</name>
    <message numerus="yes">
        <source>%n file(s) changed, +%1 −%2. The task&apos;s worktree is removed when that is done.</source>
        <translation>
            <numerusform>%n file changed, +%1 −%2. The task&apos;s worktree is removed when that is done.</numerusform>
            <numerusform>%n files changed, +%1 −%2. The task&apos;s worktree is removed when that is done.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::Notifier</name>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… and %n more</numerusform>
            <numerusform>… and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n task(s) ended, %1 of them well</source>
        <translation>
            <numerusform>%n task ended, %1 of them well</numerusform>
            <numerusform>%n tasks ended, %1 of them well</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ProjectsPage</name>
    <message numerus="yes">
        <source>In each project at most %n task(s) run at once, of %1 in all.</source>
        <translation>
            <numerusform>In each project at most %n task runs at once, of %1 in all.</numerusform>
            <numerusform>In each project at most %n tasks run at once, of %1 in all.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Projects have no limit of their own: at most %n task(s) run at once, in all of them together.</source>
        <translation>
            <numerusform>Projects have no limit of their own: at most %n task runs at once, in all of them together.</numerusform>
            <numerusform>Projects have no limit of their own: at most %n tasks run at once, in all of them together.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) you</source>
        <translation>
            <numerusform>%n needs you</numerusform>
            <numerusform>%n need you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queued</source>
        <translation>
            <numerusform>%n queued</numerusform>
            <numerusform>%n queued</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in all</source>
        <translation>
            <numerusform>%n in all</numerusform>
            <numerusform>%n in all</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) in it are not committed; tasks begin with the last commit.</source>
        <translation>
            <numerusform>%n file in it is not committed; tasks begin with the last commit.</numerusform>
            <numerusform>%n files in it are not committed; tasks begin with the last commit.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::RulesPage</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::SearchBar</name>
    <message numerus="yes">
        <source>%n matches</source>
        <translation>
            <numerusform>%n match</numerusform>
            <numerusform>%n matches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::SwyProgram</name>
    <message numerus="yes">
        <source>%1 did not answer within %n second(s).</source>
        <translation>
            <numerusform>%1 did not answer within one second.</numerusform>
            <numerusform>%1 did not answer within %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::TaskCommands</name>
    <message numerus="yes">
        <source>Its branch %1 and its worktree are removed. %n changed file(s) are lost. The log stays.</source>
        <translation>
            <numerusform>Its branch %1 and its worktree are removed. %n changed file is lost. The log stays.</numerusform>
            <numerusform>Its branch %1 and its worktree are removed. %n changed files are lost. The log stays.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cancel %n task(s)?</source>
        <translation>
            <numerusform>Cancel %n task?</numerusform>
            <numerusform>Cancel %n tasks?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n task(s) start again.</source>
        <translation>
            <numerusform>%n task start again.</numerusform>
            <numerusform>%n tasks start again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) that were never merged are lost.</source>
        <translation>
            <numerusform>%n change that were never merged are lost.</numerusform>
            <numerusform>%n changes that were never merged are lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n task(s) from the list?</source>
        <translation>
            <numerusform>Delete %n task from the list?</numerusform>
            <numerusform>Delete %n tasks from the list?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::TaskListModel</name>
    <message numerus="yes">
        <source>%1, %n task(s)</source>
        <comment>name of a group of tasks</comment>
        <translation>
            <numerusform>%1, %n task</numerusform>
            <numerusform>%1, %n tasks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::Tray</name>
    <message numerus="yes">
        <source>Switchyard: %n need(s) you</source>
        <translation>
            <numerusform>Switchyard: %n needs you</numerusform>
            <numerusform>Switchyard: %n need you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Switchyard: %n running</source>
        <translation>
            <numerusform>Switchyard: %n running</numerusform>
            <numerusform>Switchyard: %n running</numerusform>
        </translation>
    </message>
</context>
</TS>
