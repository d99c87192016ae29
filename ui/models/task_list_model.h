#pragma once

#include "model/shared_task.h"
#include "ui/tasks/task_face.h"

#include <QAbstractListModel>

#include <array>

namespace switchyard::ui {

//! What changed since the last time: whole tasks, new or changed, and those that are gone.
struct TaskDelta {
    QList<SharedTask> changed;
    QList<TaskId> removed;
};

//! The tasks as the list shows them: one row for each group that has tasks, followed by its tasks in the order that
//! suits the group (the most urgent, the highest priority, the newest). Rows move, they are not replaced, so that the
//! selection stays on its task.
class TaskListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { IsHeaderRole = Qt::UserRole + 1, GroupRole, CountRole, IdRole, CollapsedRole };

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    void reset(const QList<SharedTask>& tasks);
    //! The only function that changes tasks one by one.
    void apply(const TaskDelta& delta);
    //! Only tasks that have every word of `text` in title, goal, project or id are shown; “status:failed”, “project:…”,
    //! “agent:…”, “priority:high” and “branch:…” look there alone.
    void setFilter(const QString& text);
    void setCollapsed(Group group, bool collapsed);

    //! nullptr for a group's own row. Valid until the next change.
    const Task* taskAt(const QModelIndex& index) const;
    //! Invalid if it is not shown.
    QModelIndex indexOf(const TaskId& id) const;
    //! The group's own row; invalid if it has none.
    QModelIndex headingOf(Group group) const { return hasRow(group) ? index(headerRow(group)) : QModelIndex(); }
    //! Of all tasks, also those that the filter hides.
    int count(Group group) const;
    int total() const { return int(m_entries.size()); }
    //! Those that wait for the user, most urgent first.
    QList<TaskId> needingYou() const;

private:
    struct Key {
        qint64 first = 0, second = 0;
        TaskId id;
        auto operator<=>(const Key&) const = default;
    };
    struct Entry {
        SharedTask task;
        Group group;
        Key key;
        bool shown;
    };
    static Key keyOf(const Task& task, Group group);
    bool matches(const Task& task) const;
    static bool matchesWord(const Task& task, const QString& word);
    bool hasRow(Group group) const { return m_headers.at(size_t(group)); }
    int rowsOf(Group group) const;
    int headerRow(Group group) const;
    int rowOf(Group group, const Key& key) const; //!< where it is or would be, within the open group
    void insertTask(const SharedTask& task);
    void removeTask(const TaskId& id);
    void changeTask(Entry& entry, const SharedTask& task);
    void moveTask(Entry& entry, const SharedTask& task, Group group, const Key& key);
    void addHeader(Group group);
    void dropEmptyHeader(Group group);
    void rebuild();
    void touchHeader(Group group);

    QHash<TaskId, Entry> m_entries;
    std::array<std::vector<Key>, groupCount> m_groups; //!< shown ones, sorted
    std::array<int, groupCount> m_counts{};            //!< all of them
    std::array<bool, groupCount> m_headers{};          //!< a group's own row is there
    std::array<bool, groupCount> m_collapsed{false, false, false,
                                             false, false, true}; //!< the archive is out of the way
    QStringList m_filter;
};

} // namespace switchyard::ui
