#include "ui/shell/actions.h"

#include "ui/theme/icons.h"

#include <QWidget>

#include <iterator>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr const char* context = "Actions";
constexpr const char* task = QT_TRANSLATE_NOOP("Actions", "Task");
constexpr const char* go = QT_TRANSLATE_NOOP("Actions", "Go to");
constexpr const char* read = QT_TRANSLATE_NOOP("Actions", "Reading");
constexpr const char* window = QT_TRANSLATE_NOOP("Actions", "Window");

constexpr ActionInfo actions[] = {
    {"task.new", QT_TRANSLATE_NOOP("Actions", "New task…"),
     QT_TRANSLATE_NOOP("Actions", "Start a task with all its settings"), "Ctrl+N", "add", task, "swy run"},
    {"task.pause", QT_TRANSLATE_NOOP("Actions", "Pause"),
     QT_TRANSLATE_NOOP("Actions", "Stop the task for a while without losing anything; once more goes on"), "Ctrl+P",
     "pause", task, "swy pause ID"},
    {"task.cancel", QT_TRANSLATE_NOOP("Actions", "Cancel"),
     QT_TRANSLATE_NOOP("Actions", "End the task and every process of it; what it has done is kept"), "Ctrl+.", "cancel",
     task, "swy stop ID"},
    {"task.retry", QT_TRANSLATE_NOOP("Actions", "Retry"),
     QT_TRANSLATE_NOOP("Actions", "Start the task again as a new attempt"), "Ctrl+R", "retry", task, "swy retry ID"},
    {"task.merge", QT_TRANSLATE_NOOP("Actions", "Merge…"),
     QT_TRANSLATE_NOOP("Actions", "Put the change on the branch it came from"), "Ctrl+M", "merge", task,
     "swy merge ID"},
    {"task.discard", QT_TRANSLATE_NOOP("Actions", "Discard…"),
     QT_TRANSLATE_NOOP("Actions", "Throw the task's branch and worktree away"), "Ctrl+Shift+Backspace", "discard", task,
     "swy discard ID"},
    {"task.recover", QT_TRANSLATE_NOOP("Actions", "Bring files back…"),
     QT_TRANSLATE_NOOP("Actions", "Make the files what they were before a command that you confirmed"), "Ctrl+Shift+Z",
     "previous", task, "swy recovery restore ID"},
    {"task.archive", QT_TRANSLATE_NOOP("Actions", "Archive"),
     QT_TRANSLATE_NOOP("Actions", "Put finished tasks out of the way; once more brings them back"), "Ctrl+E", "archive",
     task, "swy tasks archive ID"},
    {"task.delete", QT_TRANSLATE_NOOP("Actions", "Delete from the list…"),
     QT_TRANSLATE_NOOP("Actions", "Forget a finished task and its logs"), "Shift+Del", "close", task,
     "swy tasks delete ID"},
    {"task.guide", QT_TRANSLATE_NOOP("Actions", "Message to the task"),
     QT_TRANSLATE_NOOP("Actions", "Tell the running agent something"), "Ctrl+Return;Ctrl+Shift+M", "message", task,
     "swy guide ID TEXT"},
    {"task.raise", QT_TRANSLATE_NOOP("Actions", "Higher priority"), "", "Ctrl+Shift+Up", "previous", task,
     "swy tasks priority ID high"},
    {"task.lower", QT_TRANSLATE_NOOP("Actions", "Lower priority"), "", "Ctrl+Shift+Down", "next", task,
     "swy tasks priority ID low"},
    {"task.copyId", QT_TRANSLATE_NOOP("Actions", "Copy the task's id"), "", "Ctrl+Shift+C", "copy", task, ""},
    {"go.command", QT_TRANSLATE_NOOP("Actions", "Command field"),
     QT_TRANSLATE_NOOP("Actions", "Say what should be built"), "Ctrl+L", "start", go, ""},
    {"go.palette", QT_TRANSLATE_NOOP("Actions", "Palette"),
     QT_TRANSLATE_NOOP("Actions", "Find any task or action by its name"), "Ctrl+K", "palette", go, ""},
    {"go.needsNext", QT_TRANSLATE_NOOP("Actions", "Next that needs you"), "", "Ctrl+J", "next", go, "swy confirm"},
    {"go.needsPrevious", QT_TRANSLATE_NOOP("Actions", "Previous that needs you"), "", "Ctrl+Shift+J", "previous", go,
     ""},
    {"go.list", QT_TRANSLATE_NOOP("Actions", "Task list"), "", "Ctrl+Shift+L", "list", go, "swy tasks list"},
    {"go.filter", QT_TRANSLATE_NOOP("Actions", "Filter the task list"), "", "Ctrl+Shift+T", "search", go,
     "swy tasks list --text"},
    {"go.activity", QT_TRANSLATE_NOOP("Actions", "Activity"),
     QT_TRANSLATE_NOOP("Actions", "What the agent says and does"), "Ctrl+1", "activity", go, "swy monitor ID"},
    {"go.output", QT_TRANSLATE_NOOP("Actions", "Output"), QT_TRANSLATE_NOOP("Actions", "What the commands print"),
     "Ctrl+2", "output", go, "swy logs ID"},
    {"go.changes", QT_TRANSLATE_NOOP("Actions", "Changes"),
     QT_TRANSLATE_NOOP("Actions", "What is different from where it began"), "Ctrl+3;Ctrl+Shift+R", "changes", go,
     "swy diff ID"},
    {"go.plan", QT_TRANSLATE_NOOP("Actions", "Plan"), "", "Ctrl+4", "plan", go, "swy monitor ID"},
    {"go.attempts", QT_TRANSLATE_NOOP("Actions", "Attempts"),
     QT_TRANSLATE_NOOP("Actions", "How often it was tried, and what each printed"), "Ctrl+5", "retry", go,
     "swy logs --attempt N ID"},
    {"go.dashboard", QT_TRANSLATE_NOOP("Actions", "Dashboard"),
     QT_TRANSLATE_NOOP("Actions", "What tasks did, what it cost and where it went wrong"), "Ctrl+D", "dashboard", go,
     "swy stats"},
    {"read.find", QT_TRANSLATE_NOOP("Actions", "Search"), QT_TRANSLATE_NOOP("Actions", "In what is shown"), "Ctrl+F",
     "search", read, "swy logs ID --grep"},
    {"read.findNext", QT_TRANSLATE_NOOP("Actions", "Next match"), "", "F3", "", read, ""},
    {"read.findPrevious", QT_TRANSLATE_NOOP("Actions", "Previous match"), "", "Shift+F3", "", read, ""},
    {"read.nextError", QT_TRANSLATE_NOOP("Actions", "Next error"), "", "F8", "", read, "swy debug ID"},
    {"read.previousError", QT_TRANSLATE_NOOP("Actions", "Previous error"), "", "Shift+F8", "", read, ""},
    {"read.filter", QT_TRANSLATE_NOOP("Actions", "Filter to matching lines"),
     QT_TRANSLATE_NOOP("Actions", "The lines of the output that match, beside all of them"), "Ctrl+Shift+F", "", read,
     "swy logs ID --grep"},
    {"read.bookmark", QT_TRANSLATE_NOOP("Actions", "Toggle bookmark"), "", "Ctrl+B", "", read, ""},
    {"read.nextBookmark", QT_TRANSLATE_NOOP("Actions", "Next bookmark"), "", "Alt+PgDown", "", read, ""},
    {"read.previousBookmark", QT_TRANSLATE_NOOP("Actions", "Previous bookmark"), "", "Alt+PgUp", "", read, ""},
    {"read.goToLine", QT_TRANSLATE_NOOP("Actions", "Go to line…"), "", "Ctrl+G", "", read, ""},
    {"read.wrap", QT_TRANSLATE_NOOP("Actions", "Wrap long lines"), "", "Alt+Z", "", read, ""},
    {"read.times", QT_TRANSLATE_NOOP("Actions", "Show times"),
     QT_TRANSLATE_NOOP("Actions", "When each line of the output was written"), "Alt+T", "", read, ""},
    {"read.copyWithTimes", QT_TRANSLATE_NOOP("Actions", "Copy with times"), "", "Ctrl+Alt+C", "", read, ""},
    {"read.follow", QT_TRANSLATE_NOOP("Actions", "Follow the newest"), "", "End", "next", read, "swy logs -f ID"},
    {"window.list", QT_TRANSLATE_NOOP("Actions", "Task list pane"), "", "Shift+F9", "list", window, ""},
    {"window.details", QT_TRANSLATE_NOOP("Actions", "Details pane"), "", "F9", "details", window, ""},
    {"window.outputPane", QT_TRANSLATE_NOOP("Actions", "Output in a pane of its own"),
     QT_TRANSLATE_NOOP("Actions", "Beside the other tabs instead of behind them"), "Ctrl+F9", "output", window, ""},
    {"window.resetLayout", QT_TRANSLATE_NOOP("Actions", "Reset the layout"),
     QT_TRANSLATE_NOOP("Actions", "Every pane back to its place"), "", "retry", window, ""},
    {"window.theme", QT_TRANSLATE_NOOP("Actions", "Light or dark"), "", "Ctrl+T", "theme", window, ""},
    {"window.settings", QT_TRANSLATE_NOOP("Actions", "Settings…"), "", "Ctrl+,", "settings", window, ""},
    {"window.code", QT_TRANSLATE_NOOP("Actions", "Confirmation code…"),
     QT_TRANSLATE_NOOP("Actions", "Choose or change the code that allows destructive commands"), "", "lock", window,
     "swy code"},
    {"window.demo", QT_TRANSLATE_NOOP("Actions", "Play the demo"),
     QT_TRANSLATE_NOOP("Actions", "A real task with a model that needs no key"), "", "demo", window, "swy demo"},
    {"window.hold", QT_TRANSLATE_NOOP("Actions", "Hold the queue"),
     QT_TRANSLATE_NOOP("Actions", "Nothing new starts until it is released"), "", "pause", window, "swy queue hold"},
    {"window.help", QT_TRANSLATE_NOOP("Actions", "Help and shortcuts"), "", "F1;Ctrl+?", "help", window, "swy help"},
    {"window.quit", QT_TRANSLATE_NOOP("Actions", "Quit the window"),
     QT_TRANSLATE_NOOP("Actions", "Tasks go on without it"), "Ctrl+Q", "quit", window, ""},
};

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
