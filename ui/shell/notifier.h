#pragma once

#include "model/event.h"
#include "model/task.h"

#include <QDBusConnection>
#include <QObject>
#include <QTimer>

namespace switchyard::ui {

//! Desktop notifications over org.freedesktop.Notifications, with actions. "Needs you" comes at once; ends of tasks are
//! gathered for a moment, so that ten of them are one message, and then rest for a while. A command is never approved
//! from a bubble: it opens the dialog. Without a notification service nothing happens, and nothing is said while the
//! service says that the user does not want to be disturbed: window and tray show it all the same.
class Notifier : public QObject
{
    Q_OBJECT
public:
    static constexpr milliseconds dwell{1500};      //!< ends are gathered until none has come for this long
    static constexpr milliseconds coolDown{10'000}; //!< between two messages about ends, and the longest gathering

    explicit Notifier(QObject* parent = nullptr);
    void setWanted(bool needs, bool ends);
    //! Nothing is said about a task for which this returns true: it is on screen.
    void setQuietWhen(std::function<bool(const TaskId&)> quiet);
    //! Looks whether the event is worth a message; `task` as it is after it.
    void consider(const Event& event, const Task* task);
    void tell(const QString& title, const QString& text);

Q_SIGNALS:
    void openWanted(const switchyard::TaskId& id);
    void reviewWanted(const switchyard::TaskId& id);
    void retryWanted(const switchyard::TaskId& id);

private Q_SLOTS:
    void actionInvoked(uint id, const QString& action);
    void closed(uint id, uint reason);
    void propertiesChanged(const QString& interface, const QVariantMap& changed, const QStringList& stale);

private:
    struct Message {
        QString title, text;
        TaskId task;
        QStringList actions; //!< key, label, key, label …
        bool urgent = false;
    };
    void send(const Message& message);
    void gather(const Task& task);
    void sendEnds();
    void listen();
    void askWhetherInhibited();
    QDBusConnection m_bus;
    QHash<uint, TaskId> m_shown; //!< task by notification
    QList<Task> m_ended;
    QTimer m_gather;
    milliseconds m_gatheredSince{}, m_lastEnds{}; //!< on the monotonic clock; 0: no message about ends yet
    bool m_needs = true, m_ends = true, m_inhibited = false;
    std::function<bool(const TaskId&)> m_quiet;
};

} // namespace switchyard::ui
