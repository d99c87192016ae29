#include "ui/models/task_list_model.h"

#include <algorithm>

namespace switchyard::ui {

int TaskListModel::rowsOf(Group group) const
{
    if (!hasRow(group))
        return 0;
    return 1 + (m_collapsed.at(size_t(group)) ? 0 : int(m_groups.at(size_t(group)).size()));
}

int TaskListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : headerRow(Group(groupCount));
}

int TaskListModel::headerRow(Group group) const
{
    int row = 0;
    for (int before = 0; before < int(group); ++before)
        row += rowsOf(Group(before));
    return row;
}

int TaskListModel::rowOf(Group group, const Key& key) const
{
    const auto& keys = m_groups.at(size_t(group));
    return headerRow(group) + 1 + int(std::ranges::lower_bound(keys, key) - keys.begin());
}

TaskListModel::Key TaskListModel::keyOf(const Task& task, Group group)
{
    switch (group) {
    case Group::NeedsYou: // what runs out first
        return {task.waitingFor.isEmpty() ? toMilliseconds(task.created)
                                          : toMilliseconds(task.waitingFor.first().deadline),
                0, task.id()};
    case Group::Running:
        return {-toMilliseconds(task.started), 0, task.id()};
    case Group::Queued: // the order in which they will start
        return {qint64(task.spec.priority), toMilliseconds(task.created), task.id()};
    case Group::Review:
    case Group::Done:
    case Group::Archived:
        break;
    }
    return {-toMilliseconds(task.finished), -toMilliseconds(task.created), task.id()};
}

bool TaskListModel::matches(const Task& task) const
{
    return std::ranges::all_of(m_filter, [&](const QString& word) { return matchesWord(task, word); });
}

bool TaskListModel::matchesWord(const Task& task, const QString& word)
{
    const auto has = [](const QString& text, QStringView part) { return text.contains(part, Qt::CaseInsensitive); };
    const auto project = task.spec.project.section(u'/', -1);
    if (const auto colon = word.indexOf(u':'); colon > 0) {
        const auto key = QStringView(word).left(colon);
        const auto value = QStringView(word).sliced(colon + 1);
        if (key == u"status")
            return statusName(task.status).startsWith(value, Qt::CaseInsensitive) ||
                   TaskText::face(task).word.startsWith(value, Qt::CaseInsensitive);
        if (key == u"project")
            return has(project, value);
        if (key == u"agent")
            return has(task.spec.kind == TaskKind::Shell ? u"shell"_s : task.spec.agent, value);
        if (key == u"priority")
            return priorityName(task.spec.priority).startsWith(value, Qt::CaseInsensitive);
        if (key == u"branch")
            return has(task.branch, value) || has(task.baseBranch, value);
    }
    return has(task.spec.title, word) || has(task.spec.goal, word) || has(project, word) ||
           task.id().toString().startsWith(word, Qt::CaseInsensitive);
}

const Task* TaskListModel::taskAt(const QModelIndex& index) const
{
    if (!index.isValid())
        return nullptr;
    int row = index.row();
    for (int group = 0; group < groupCount; ++group) {
        const auto& keys = m_groups.at(size_t(group));
        if (!hasRow(Group(group)))
            continue;
        if (row == 0)
            return nullptr;
        --row;
        if (m_collapsed.at(size_t(group)))
            continue;
        if (row < int(keys.size()))
            return &*m_entries.find(keys.at(size_t(row)).id)->task;
        row -= int(keys.size());
    }
    return nullptr;
}

QVariant TaskListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (const auto* const task = taskAt(index)) {
        switch (role) {
        case Qt::DisplayRole:
            return task->spec.title;
        case Qt::AccessibleTextRole:
            return TaskText::spoken(*task);
        case Qt::ToolTipRole:
            return QString(
                       u"%1\n%2"_s.arg(task->spec.goal.left(600), TaskText::newest(*task).left(600)).toHtmlEscaped())
                .replace(u'\n', u"<br>"_s);
        case IsHeaderRole:
            return false;
        case IdRole:
            return QVariant::fromValue(task->id());
        case GroupRole:
            return int(TaskText::group(*task));
        default:
            return {};
        }
    }
    int group = 0;
    while (group < groupCount && (!hasRow(Group(group)) || headerRow(Group(group)) != index.row()))
        ++group;
    if (group == groupCount)
        return {};
    const auto title = TaskText::groupTitle(Group(group));
    const auto size = int(m_groups.at(size_t(group)).size());
    switch (role) {
    case Qt::DisplayRole:
        return title;
    case Qt::AccessibleTextRole:
        return tr("%1, %n task(s)", "name of a group of tasks", size).arg(title);
    case IsHeaderRole:
        return true;
    case GroupRole:
        return group;
    case CountRole:
        return size;
    case CollapsedRole:
        return m_collapsed.at(size_t(group));
    default:
        return {};
    }
}

Qt::ItemFlags TaskListModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return taskAt(index) ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren
                         : Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
}

void TaskListModel::reset(const QList<SharedTask>& tasks)
{
    beginResetModel();
    m_entries.clear();
    m_entries.reserve(tasks.size());
    for (const auto& task : tasks) {
        const auto group = TaskText::group(*task);
        m_entries.insert(task->id(), {task, group, keyOf(*task, group), true});
    }
    rebuild();
    endResetModel();
}

void TaskListModel::rebuild()
{
    m_counts.fill(0);
    for (auto& keys : m_groups)
        keys.clear();
    for (auto& entry : m_entries) {
        ++m_counts.at(size_t(entry.group));
        entry.shown = matches(*entry.task);
        if (entry.shown)
            m_groups.at(size_t(entry.group)).push_back(entry.key);
    }
    for (int group = 0; group < groupCount; ++group) {
        std::ranges::sort(m_groups.at(size_t(group)));
        m_headers.at(size_t(group)) = !m_groups.at(size_t(group)).empty();
    }
}

void TaskListModel::setFilter(const QString& text)
{
    auto words = text.split(u' ', Qt::SkipEmptyParts);
    if (words == m_filter)
        return;
    beginResetModel();
    m_filter = std::move(words);
    rebuild();
    endResetModel();
}

void TaskListModel::setCollapsed(Group group, bool collapsed)
{
    auto& state = m_collapsed.at(size_t(group));
    const auto size = int(m_groups.at(size_t(group)).size());
    if (state == collapsed)
        return;
    const int header = headerRow(group);
    if (size == 0) {
        state = collapsed;
    } else if (collapsed) {
        beginRemoveRows({}, header + 1, header + size);
        state = true;
        endRemoveRows();
    } else {
        beginInsertRows({}, header + 1, header + size);
        state = false;
        endInsertRows();
    }
    touchHeader(group);
}

void TaskListModel::touchHeader(Group group)
{
    if (hasRow(group))
        Q_EMIT dataChanged(index(headerRow(group)), index(headerRow(group)));
}

void TaskListModel::apply(const TaskDelta& delta)
{
    for (const auto& id : delta.removed)
        removeTask(id);
    for (const auto& task : delta.changed) {
        const auto found = m_entries.find(task->id());
        if (found == m_entries.end())
            insertTask(task);
        else if (!(found->task == task)) // an unchanged row must not repaint
            changeTask(*found, task);
    }
}

void TaskListModel::addHeader(Group group)
{
    if (hasRow(group))
        return;
    const int row = headerRow(group);
    beginInsertRows({}, row, row);
    m_headers.at(size_t(group)) = true;
    endInsertRows();
}

void TaskListModel::dropEmptyHeader(Group group)
{
    if (!hasRow(group) || !m_groups.at(size_t(group)).empty())
        return;
    const int row = headerRow(group);
    beginRemoveRows({}, row, row);
    m_headers.at(size_t(group)) = false;
    endRemoveRows();
}

void TaskListModel::insertTask(const SharedTask& task)
{
    const auto group = TaskText::group(*task);
    const Entry entry{task, group, keyOf(*task, group), matches(*task)};
    ++m_counts.at(size_t(group));
    if (!entry.shown) {
        m_entries.insert(task->id(), entry);
        return;
    }
    addHeader(group);
    auto& keys = m_groups.at(size_t(group));
    const bool visible = !m_collapsed.at(size_t(group));
    const int row = rowOf(group, entry.key);
    if (visible)
        beginInsertRows({}, row, row);
    m_entries.insert(task->id(), entry);
    keys.insert(std::ranges::lower_bound(keys, entry.key), entry.key);
    if (visible)
        endInsertRows();
    touchHeader(group);
}

void TaskListModel::removeTask(const TaskId& id)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return; // it may have gone before this list saw it
    const auto group = found->group;
    --m_counts.at(size_t(group));
    if (!found->shown) {
        m_entries.erase(found);
        return;
    }
    auto& keys = m_groups.at(size_t(group));
    const bool visible = !m_collapsed.at(size_t(group));
    const int row = rowOf(group, found->key);
    if (visible)
        beginRemoveRows({}, row, row);
    keys.erase(std::ranges::lower_bound(keys, found->key));
    m_entries.erase(found);
    if (visible)
        endRemoveRows();
    dropEmptyHeader(group);
    touchHeader(group);
}

void TaskListModel::changeTask(Entry& entry, const SharedTask& task)
{
    const auto group = TaskText::group(*task);
    const auto key = keyOf(*task, group);
    const bool shown = matches(*task);
    if (!shown && !entry.shown) {
        --m_counts.at(size_t(entry.group));
        ++m_counts.at(size_t(group));
        entry = {task, group, key, false};
    } else if (shown && entry.shown && !m_collapsed.at(size_t(group)) && !m_collapsed.at(size_t(entry.group))) {
        moveTask(entry, task, group, key);
    } else {
        removeTask(task->id());
        insertTask(task);
    }
}

void TaskListModel::moveTask(Entry& entry, const SharedTask& task, Group group, const Key& key)
{
    const auto oldGroup = entry.group;
    const bool regrouped = group != oldGroup;
    if (regrouped)
        addHeader(group);
    const int source = rowOf(oldGroup, entry.key);
    const int target = rowOf(group, key);
    const bool moves = (regrouped || key != entry.key) && target != source && target != source + 1;
    if (moves)
        beginMoveRows({}, source, source, {}, target);
    std::erase(m_groups.at(size_t(oldGroup)), entry.key);
    auto& keys = m_groups.at(size_t(group));
    keys.insert(std::ranges::lower_bound(keys, key), key);
    --m_counts.at(size_t(oldGroup));
    ++m_counts.at(size_t(group));
    entry = {task, group, key, true};
    if (moves)
        endMoveRows();
    const auto row = index(rowOf(group, key));
    Q_EMIT dataChanged(row, row);
    if (regrouped) {
        dropEmptyHeader(oldGroup);
        touchHeader(oldGroup);
        touchHeader(group);
    }
}

QModelIndex TaskListModel::indexOf(const TaskId& id) const
{
    const auto found = m_entries.constFind(id);
    if (found == m_entries.cend() || !found->shown || m_collapsed.at(size_t(found->group)))
        return {};
    return index(rowOf(found->group, found->key));
}

int TaskListModel::count(Group group) const
{
    return m_counts.at(size_t(group));
}

QList<TaskId> TaskListModel::needingYou() const
{
    std::vector<Key> keys;
    for (const auto& entry : m_entries) {
        if (entry.group == Group::NeedsYou)
            keys.push_back(entry.key);
    }
    std::ranges::sort(keys);
    QList<TaskId> ids;
    for (const auto& key : keys)
        ids << key.id;
    return ids;
}

} // namespace switchyard::ui
