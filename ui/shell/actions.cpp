#include "ui/shell/actions.h"

#include "ui/theme/icons.h"

#include <QWidget>

#include <iterator>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr const char* context = "Actions";
#define TEXT(text) QT_TRANSLATE_NOOP("Actions", text)

constexpr const char* task = TEXT("Task");
constexpr const char* go = TEXT("Go to");
constexpr const char* read = TEXT("Reading");
constexpr const char* window = TEXT("Window");

constexpr ActionInfo actions[] = {
    {"task.new", TEXT("New task…"), TEXT("Start a task with all its settings"), "Ctrl+N", "add", task, "swy run"},
    {"task.pause", TEXT("Pause"), TEXT("Stop the task for a while without losing anything; once more goes on"),
     "Ctrl+P", "pause", task, "swy pause ID"},
    {"task.cancel", TEXT("Cancel"), TEXT("End the task and every process of it; what it has done is kept"), "Ctrl+.",
     "cancel", task, "swy stop ID"},
    {"task.retry", TEXT("Retry"), TEXT("Start the task again as a new attempt"), "Ctrl+R", "retry", task,
     "swy retry ID"},
    {"task.merge", TEXT("Merge…"), TEXT("Put the change on the branch it came from"), "Ctrl+M", "merge", task,
     "swy merge ID"},
    {"task.discard", TEXT("Discard…"), TEXT("Throw the task's branch and worktree away"), "Ctrl+Shift+Backspace",
     "discard", task, "swy discard ID"},
    {"task.delete", TEXT("Delete from the list…"), TEXT("Forget a finished task and its logs"), "Shift+Del", "close",
     task, "swy tasks delete ID"},
    {"task.guide", TEXT("Message to the task"), TEXT("Tell the running agent something"), "Ctrl+Shift+M", "message",
     task, "swy guide ID TEXT"},
    {"task.raise", TEXT("Higher priority"), "", "Ctrl+Shift+Up", "previous", task, "swy tasks priority ID high"},
    {"task.lower", TEXT("Lower priority"), "", "Ctrl+Shift+Down", "next", task, "swy tasks priority ID low"},
    {"task.copyId", TEXT("Copy the task's id"), "", "Ctrl+Shift+C", "", task, ""},
    {"go.command", TEXT("Command field"), TEXT("Say what should be built"), "Ctrl+L", "start", go, ""},
    {"go.palette", TEXT("Palette"), TEXT("Find any task or action by its name"), "Ctrl+K", "palette", go, ""},
    {"go.needsNext", TEXT("Next that needs you"), "", "Ctrl+J", "next", go, "swy confirm"},
    {"go.needsPrevious", TEXT("Previous that needs you"), "", "Ctrl+Shift+J", "previous", go, ""},
    {"go.list", TEXT("Task list"), "", "Ctrl+Shift+L", "list", go, "swy tasks list"},
    {"go.filter", TEXT("Filter the task list"), "", "Ctrl+Shift+T", "search", go, "swy tasks list --text"},
    {"go.activity", TEXT("Activity"), TEXT("What the agent says and does"), "Ctrl+1", "activity", go, "swy monitor ID"},
    {"go.output", TEXT("Output"), TEXT("What the commands print"), "Ctrl+2", "output", go, "swy logs ID"},
    {"go.changes", TEXT("Changes"), TEXT("What is different from where it began"), "Ctrl+3;Ctrl+Shift+R", "changes", go,
     "swy diff ID"},
    {"go.plan", TEXT("Plan"), "", "Ctrl+4", "plan", go, "swy monitor ID"},
    {"read.find", TEXT("Search"), TEXT("In what is shown"), "Ctrl+F", "search", read, "swy logs ID --grep"},
    {"read.findNext", TEXT("Next match"), "", "F3", "", read, ""},
    {"read.findPrevious", TEXT("Previous match"), "", "Shift+F3", "", read, ""},
    {"read.nextError", TEXT("Next error"), "", "F8", "", read, "swy debug ID"},
    {"read.previousError", TEXT("Previous error"), "", "Shift+F8", "", read, ""},
    {"read.follow", TEXT("Follow the newest"), "", "End", "next", read, "swy logs -f ID"},
    {"window.details", TEXT("Details pane"), "", "F9", "details", window, ""},
    {"window.theme", TEXT("Light or dark"), "", "Ctrl+T", "theme", window, ""},
    {"window.settings", TEXT("Settings…"), "", "Ctrl+,", "settings", window, ""},
    {"window.code", TEXT("Confirmation code…"), TEXT("Choose or change the code that allows destructive commands"), "",
     "lock", window, "swy code"},
    {"window.demo", TEXT("Play the demo"), TEXT("A real task with a model that needs no key"), "", "demo", window,
     "swy demo"},
    {"window.hold", TEXT("Hold the queue"), TEXT("Nothing new starts until it is released"), "", "pause", window,
     "swy queue hold"},
    {"window.help", TEXT("Help and shortcuts"), "", "F1;Ctrl+?", "help", window, "swy help"},
    {"window.quit", TEXT("Quit the window"), TEXT("Tasks go on without it"), "Ctrl+Q", "quit", window, ""},
};
#undef TEXT

const ActionInfo* infoOf(const QString& id)
{
    const auto found = std::find_if(std::begin(actions), std::end(actions),
                                    [&](const ActionInfo& info) { return id == QLatin1StringView(info.id); });
    return found == std::end(actions) ? nullptr : found;
}

} // namespace

std::span<const ActionInfo> Actions::table()
{
    return actions;
}

QString Actions::textOf(const ActionInfo& info)
{
    return QCoreApplication::translate(context, info.text);
}

QString Actions::groupOf(const ActionInfo& info)
{
    return QCoreApplication::translate(context, info.group);
}

QString Actions::helpOf(const ActionInfo& info)
{
    return *info.help == '\0' ? QString() : QCoreApplication::translate(context, info.help);
}

QList<QKeySequence> Actions::defaultKeys(const ActionInfo& info)
{
    QList<QKeySequence> keys;
    for (const auto& text : QString::fromLatin1(info.shortcut).split(u';', Qt::SkipEmptyParts))
        keys << QKeySequence(text, QKeySequence::PortableText);
    return keys;
}

Actions::Actions(QWidget* parent) : QObject(parent)
{
    for (const auto& info : actions) {
        auto* const action = new QAction(textOf(info), parent);
        action->setObjectName(QString::fromLatin1(info.id));
        action->setShortcuts(defaultKeys(info));
        if (*info.icon != '\0')
            action->setIcon(icon(QString::fromLatin1(info.icon)));
        if (const auto help = helpOf(info); !help.isEmpty())
            action->setStatusTip(help);
        parent->addAction(action);
        m_actions.insert(action->objectName(), action);
    }
    // A key that a view uses by itself while it has the focus.
    action("read.follow")->setShortcutContext(Qt::WidgetShortcut);
}

QAction* Actions::action(const char* id) const
{
    auto* const found = m_actions.value(QString::fromLatin1(id));
    Q_ASSERT_X(found, "Actions::action", id);
    return found;
}

void Actions::setShortcuts(const QHash<QString, QString>& keys)
{
    for (auto* const action : m_actions) {
        const auto changed = keys.constFind(action->objectName());
        if (changed == keys.cend())
            action->setShortcuts(defaultKeys(*infoOf(action->objectName())));
        else
            action->setShortcut(QKeySequence(*changed, QKeySequence::PortableText));
    }
}

QString Actions::conflict(const QString& id, const QKeySequence& key) const
{
    if (key.isEmpty())
        return {};
    for (const auto* const action : m_actions) {
        if (action->objectName() != id && action->shortcuts().contains(key))
            return action->text();
    }
    return {};
}

} // namespace switchyard::ui
