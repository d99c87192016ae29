// The work in the activity stream: a tool call with the command, the file change and the confirmation that belong to it
// is one row.

#include "ui/models/activity_model.h"

#include <algorithm>

namespace switchyard::ui {

namespace {

using Kind = ActivityItem::Kind;
using State = ActivityItem::State;

bool isRunningCommand(const ActivityItem& item)
{
    // Agents name a call after what its command does: `rm` is a deletion.
    return (item.kind == Kind::Command || item.toolKind == u"execute" || item.toolKind == u"delete" ||
            item.toolKind == u"move") &&
           (item.state == State::Running || item.state == State::Waiting);
}

bool isRunningEdit(const ActivityItem& item)
{
    return item.kind == Kind::Tool && item.state == State::Running &&
           (item.toolKind == u"edit" || item.toolKind == u"delete" || item.toolKind == u"move");
}

} // namespace

int ActivityModel::openTool(bool (*fits)(const ActivityItem&)) const
{
    // Only the newest few can still be under way.
    for (int row = lastRow(); row >= std::max(0, lastRow() - 40); --row) {
        if (fits(peek(row)))
            return row;
    }
    return -1;
}

void ActivityModel::foldRepeated(int row)
{
    if (row == 0 || row != lastRow())
        return;
    const auto& before = peek(row - 1);
    const auto& now = peek(row);
    const bool same = before.kind == Kind::Tool && now.kind == Kind::Tool && before.toolKind == now.toolKind &&
                      before.title == now.title && before.state == State::Ok && now.state == State::Ok &&
                      now.toolKind != u"edit";
    if (!same || row < int(m_items.size())) // a row that was announced stays
        return;
    change(row - 1).times += 1;
    m_fresh.pop_back();
}

void ActivityModel::applyTool(const Event& event)
{
    const auto& data = event.data;
    const auto id = data[u"id"].toString();
    auto row = m_tools.value(id, -1);
    if (row < 0) {
        ActivityItem item{.kind = Kind::Tool, .state = State::Running, .time = event.time, .attempt = event.attempt};
        item.toolKind = data[u"kind"].toString();
        row = add(item);
        m_tools.insert(id, row);
    }
    auto& item = change(row);
    if (const auto title = oneLine(data[u"title"].toString()); !title.isEmpty() && item.kind == Kind::Tool)
        item.title = title;
    if (const auto kind = data[u"kind"].toString(); !kind.isEmpty())
        item.toolKind = kind;
    if (item.toolKind == u"execute" && item.kind == Kind::Tool) {
        const auto command = data[u"input"].toObject()[u"command"].toString();
        if (!command.isEmpty())
            item.title = oneLine(command);
        m_lastCommand = row;
    }
    if (event.kind != event_kind::toolFinished)
        return;
    if (const auto output = data[u"output"].toString(); !output.isEmpty() && item.logTo <= item.logFrom)
        item.body = output.left(maxBody);
    const bool ok = data[u"ok"].toBool(true);
    if (item.state != State::Denied && item.kind == Kind::Tool) {
        item.state = ok ? State::Ok : State::Failed;
        item.duration = milliseconds(data[u"duration_ms"].toInteger(-1));
        if (!ok && item.detail.isEmpty())
            item.detail = oneLine(data[u"error"].toString());
    } else if (item.state == State::Running || item.state == State::Waiting) {
        item.state = ok ? State::Ok : State::Failed;
    }
    m_tools.remove(id);
    foldRepeated(row);
}

void ActivityModel::applyCommand(const Event& event)
{
    const auto& data = event.data;
    if (event.kind == event_kind::testResult) {
        if (m_lastCommand < 0)
            return;
        QStringList parts;
        if (const int failed = data[u"failed"].toInt(); failed > 0)
            parts << tr("%n failed", "tests", failed);
        if (const int passed = data[u"passed"].toInt(); passed > 0)
            parts << tr("%n passed", "tests", passed);
        if (const int skipped = data[u"skipped"].toInt(); skipped > 0)
            parts << tr("%n skipped", "tests", skipped);
        change(m_lastCommand).detail = parts.join(u", "_s);
        return;
    }
    const auto id = data[u"id"].toString();
    if (event.kind == event_kind::commandStarted) {
        int row = openTool(isRunningCommand);
        if (row >= 0 && peek(row).kind == Kind::Command && peek(row).state == State::Running &&
            m_commands.key(row) != QString())
            row = -1; // that row has its command already
        if (row < 0)
            row = add({.time = event.time, .attempt = event.attempt});
        auto& item = change(row);
        item.kind = Kind::Command;
        item.state = State::Running;
        item.title = oneLine(data[u"command"].toString());
        item.detail.clear();
        item.logFrom = data[u"log_from"].toInteger(-1);
        m_commands.insert(id, row);
        m_lastCommand = row;
        return;
    }
    const int row = takeRow(m_commands, id);
    if (row < 0)
        return;
    auto& item = change(row);
    const int exitCode = data[u"exit_code"].toInt(-1);
    const auto signal = data[u"signal"];
    item.state = exitCode == 0 && signal.isUndefined() ? State::Ok : State::Failed;
    item.duration = milliseconds(data[u"duration_ms"].toInteger(-1));
    item.logFrom = data[u"log_from"].toInteger(item.logFrom);
    item.logTo = data[u"log_to"].toInteger(-1);
    if (!signal.isUndefined() && !signal.isNull())
        item.detail =
            tr("ended by signal %1").arg(signal.isString() ? signal.toString() : QString::number(signal.toInt()));
    else if (exitCode != 0 && item.detail.isEmpty())
        item.detail = tr("exit code %1").arg(exitCode);
}

void ActivityModel::applyFile(const Event& event)
{
    const auto path = event.data[u"path"].toString();
    if (!m_files.contains(path) && m_files.size() < 2000) {
        m_files << path;
        m_filesTouched = true;
    }
    const int added = event.data[u"added"].toInt(), removed = event.data[u"removed"].toInt();
    if (const int row = openTool(isRunningEdit); row >= 0) {
        auto& item = change(row);
        item.added += added;
        item.removed += removed;
        if (item.title.isEmpty() || !item.title.contains(path.section(u'/', -1)))
            item.title = path;
        return;
    }
    const auto how = event.data[u"how"].toString();
    add({.kind = Kind::File,
         .state = State::Ok,
         .title = path,
         .detail = how == u"deleted"   ? tr("deleted")
                   : how == u"created" ? tr("new")
                                       : QString(),
         .time = event.time,
         .attempt = event.attempt,
         .added = added,
         .removed = removed});
}

void ActivityModel::applyConfirmation(const Event& event)
{
    const auto& data = event.data;
    const auto id = data[u"id"].toString();
    if (event.kind == event_kind::confirmationRequested) {
        int row = openTool(isRunningCommand);
        if (row < 0)
            row = add({.kind = Kind::Command, .time = event.time, .attempt = event.attempt});
        auto& item = change(row);
        item.kind = Kind::Command;
        item.state = State::Waiting;
        item.title = oneLine(data[u"command"].toString());
        item.detail = tr("waits for your code");
        m_confirmations.insert(id, row);
        return;
    }
    const int row = takeRow(m_confirmations, id);
    if (row < 0)
        return;
    auto& item = change(row);
    if (data[u"allowed"].toBool()) {
        item.detail = tr("allowed");
        if (item.state == State::Waiting)
            item.state = State::Running;
    } else {
        const auto why = data[u"why"].toString();
        item.state = State::Denied;
        item.detail = why.isEmpty() ? tr("refused") : tr("refused: %1").arg(why);
    }
}

} // namespace switchyard::ui
