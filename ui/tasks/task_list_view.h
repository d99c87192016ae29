#pragma once

#include "base/clock.h"
#include "ui/models/task_list_model.h"

#include <QListView>
#include <QStyledItemDelegate>
#include <QTimer>

namespace switchyard::ui {

//! Draws a group's heading, and a task in two lines: sign, title, time; word, newest line, change or percentage.
class TaskDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintHeader(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintTask(QPainter* painter, const QStyleOptionViewItem& option, const Task& task) const;
};

//! The task list. Keeps its current task while rows move; only repaints by the clock while something runs and is seen.
//! By keyboard: Space peeks at the task without opening it, Left folds its group, Right or Space unfolds one.
class TaskListView : public QListView
{
    Q_OBJECT
public:
    explicit TaskListView(TaskListModel& model, QWidget* parent = nullptr);

    TaskId currentTask() const;
    //! All that are selected, in the order of the list; at least the current one, if there is one.
    QList<TaskId> chosenTasks() const;
    //! Also opens its group. Nothing happens if the filter hides it.
    void select(const TaskId& id);

Q_SIGNALS:
    void taskSelected(const switchyard::TaskId& id); //!< the current one is another; null: none
    void taskOpened(const switchyard::TaskId& id);   //!< Enter or double click
    void choiceChanged();                            //!< of chosenTasks()
    void menuWanted(const QPoint& at);               //!< on the screen

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void watchClock();
    void toggle(const QModelIndex& header);
    void peek(bool show);
    TaskListModel& m_model;
    QTimer m_second;
    TaskId m_current;
    bool m_resetting = false;
    bool m_peeking = false;
};

} // namespace switchyard::ui
