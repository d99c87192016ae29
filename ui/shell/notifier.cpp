#include "ui/shell/notifier.h"

#include "ui/tasks/task_face.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace switchyard::ui {

namespace {
const auto service = u"org.freedesktop.Notifications"_s;
const auto path = u"/org/freedesktop/Notifications"_s;
const auto properties = u"org.freedesktop.DBus.Properties"_s;
constexpr qsizetype maxRemembered = 200;
} // namespace

Notifier::Notifier(QObject* parent) : QObject(parent), m_bus(QDBusConnection::sessionBus())
{
    m_gather.setSingleShot(true);
    connect(&m_gather, &QTimer::timeout, this, &Notifier::sendEnds);
    QTimer::singleShot(0, this, &Notifier::listen); // the bus is waited for a little: not while the window is built
}

void Notifier::listen()
{
    if (!m_bus.isConnected())
        return;
    m_bus.connect(service, path, service, u"ActionInvoked"_s, this, SLOT(actionInvoked(uint, QString)));
    m_bus.connect(service, path, service, u"NotificationClosed"_s, this, SLOT(closed(uint, uint)));
    m_bus.connect(service, path, properties, u"PropertiesChanged"_s, this,
                  SLOT(propertiesChanged(QString, QVariantMap, QStringList)));
    askWhetherInhibited();
}

// The property is an agreement between some desktops; where it is missing the service sorts messages out by itself.
void Notifier::askWhetherInhibited()
{
    auto call = QDBusMessage::createMethodCall(service, path, properties, u"Get"_s);
    call << service << u"Inhibited"_s;
    auto* const watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        m_inhibited = !reply.isError() && reply.value().variant().toBool();
    });
}

void Notifier::propertiesChanged(const QString& interface, const QVariantMap& changed, const QStringList& stale)
{
    if (interface != service)
        return;
    if (const auto inhibited = changed.constFind(u"Inhibited"_s); inhibited != changed.cend())
        m_inhibited = inhibited->toBool();
    else if (stale.contains(u"Inhibited"_s))
        askWhetherInhibited();
}

void Notifier::setWanted(bool needs, bool ends)
{
    m_needs = needs;
    m_ends = ends;
}

void Notifier::setQuietWhen(std::function<bool(const TaskId&)> quiet)
{
    m_quiet = std::move(quiet);
}

void Notifier::consider(const Event& event, const Task* task)
{
    if (!task || m_inhibited || (m_quiet && m_quiet(task->id())))
        return; // what ended while nobody wanted to be disturbed is not told afterwards either
    if (event.kind == event_kind::confirmationRequested && m_needs && !task->waitingFor.isEmpty()) {
        const auto& confirmation = task->waitingFor.last();
        send({tr("“%1” needs your code").arg(task->spec.title),
              tr("%1\nIt wants to run: %2").arg(confirmation.reasons.join(u", "_s), confirmation.command.left(300)),
              task->id(),
              {u"open"_s, tr("Look at it…")},
              true});
    } else if (event.kind == event_kind::questionAsked && m_needs) {
        send({tr("“%1” asks you").arg(task->spec.title),
              task->question.left(400),
              task->id(),
              {u"open"_s, tr("Answer…")},
              true});
    } else if (event.kind == event_kind::taskStatus && isFinished(task->status) &&
               task->status != TaskStatus::Cancelled && m_ends) {
        gather(*task);
    }
}

// Each further end prolongs the wait, but not for ever: with one a second there would never be a message.
void Notifier::gather(const Task& task)
{
    const auto now = Clock::system().monotonic();
    if (m_ended.isEmpty())
        m_gatheredSince = now;
    m_ended.removeIf([&](const Task& known) { return known.id() == task.id(); });
    m_ended << task;
    const auto rest = m_lastEnds.count() > 0 ? coolDown - (now - m_lastEnds) : milliseconds(0);
    const auto longest = coolDown - (now - m_gatheredSince);
    m_gather.start(std::max({rest, std::min(dwell, longest), milliseconds(0)}));
}

void Notifier::sendEnds()
{
    const auto ended = std::exchange(m_ended, {});
    if (ended.isEmpty())
        return;
    m_lastEnds = Clock::system().monotonic();
    if (ended.size() == 1) {
        const auto& task = ended.first();
        const auto face = TaskText::face(task);
        Message message{tr("“%1”: %2", "title: state").arg(task.spec.title, face.word),
                        TaskText::newest(task).left(300),
                        task.id(),
                        {u"open"_s, tr("Open")},
                        false};
        if (task.isReviewable())
            message.actions << u"review"_s << tr("Review");
        else if (task.status != TaskStatus::Completed)
            message.actions << u"retry"_s << tr("Retry");
        send(message);
        return;
    }
    const auto good = std::ranges::count(ended, TaskStatus::Completed, &Task::status);
    QStringList titles;
    for (const auto& task : ended.mid(0, 6))
        titles << u"• "_s + task.spec.title;
    if (ended.size() > titles.size())
        titles << tr("… and %n more", nullptr, int(ended.size() - titles.size()));
    send({tr("%n task(s) ended, %1 of them well", nullptr, int(ended.size())).arg(good),
          titles.join(u'\n'),
          ended.last().id(),
          {u"open"_s, tr("Open")},
          false});
}

void Notifier::tell(const QString& title, const QString& text)
{
    send({title, text, {}, {}, false});
}

void Notifier::send(const Message& message)
{
    if (!m_bus.isConnected() || m_inhibited)
        return;
    auto actions = message.actions;
    if (!message.task.isNull())
        actions << u"default"_s << tr("Open");
    auto call = QDBusMessage::createMethodCall(service, path, service, u"Notify"_s);
    const QVariantMap hints{{u"urgency"_s, QVariant::fromValue(uchar(message.urgent ? 2 : 1))},
                            {u"desktop-entry"_s, u"switchyard"_s},
                            {u"category"_s, u"transfer"_s}};
    call << u"Switchyard"_s << uint(0) << u"switchyard"_s << message.title << message.text.toHtmlEscaped() << actions
         << hints << (message.urgent ? 0 : -1);
    auto* const watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, task = message.task] {
        watcher->deleteLater();
        const QDBusPendingReply<uint> reply = *watcher;
        if (reply.isError() || task.isNull())
            return; // no service on this desktop: the window and the tray still say it
        if (m_shown.size() > maxRemembered)
            m_shown.clear();
        m_shown.insert(reply.value(), task);
    });
}

void Notifier::actionInvoked(uint id, const QString& action)
{
    const auto task = m_shown.value(id);
    if (task.isNull())
        return; // another program's
    if (action == u"review")
        Q_EMIT reviewWanted(task);
    else if (action == u"retry")
        Q_EMIT retryWanted(task);
    else
        Q_EMIT openWanted(task);
}

void Notifier::closed(uint id, uint)
{
    // Some services tell the closing before the action that caused it.
    QTimer::singleShot(1000, this, [this, id] { m_shown.remove(id); });
}

} // namespace switchyard::ui
