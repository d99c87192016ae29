#include "runner/recorder.h"

#include "base/secret_filter.h"

#include <QDebug>

namespace switchyard::runner {

namespace {
constexpr milliseconds tickInterval{1000};
constexpr milliseconds textInterval{100};
constexpr qsizetype longestText = 16 << 10;
constexpr qsizetype largestBacklog = 20'000;
} // namespace

Recorder::Recorder(process::Journal journal, QObject* parent) : QObject(parent), m_journal(std::move(journal))
{
    m_journal.keepReserve();
    connect(&m_tick, &QTimer::timeout, this, &Recorder::writeBacklog);
    m_textTimer.setSingleShot(true);
    connect(&m_textTimer, &QTimer::timeout, this, &Recorder::flushText);
}

void Recorder::record(QLatin1StringView kind, const QJsonObject& data)
{
    flushText();
    write(kind, data);
}

void Recorder::recordText(QLatin1StringView kind, const QString& text, const QString& messageId)
{
    if (text.isEmpty())
        return;
    if (kind != m_textKind || messageId != m_textMessage || m_text.size() > longestText)
        flushText();
    m_textKind = kind;
    m_textMessage = messageId;
    m_text += text;
    if (!m_textTimer.isActive())
        m_textTimer.start(textInterval);
}

void Recorder::flushText()
{
    m_textTimer.stop();
    if (m_text.isEmpty())
        return;
    QJsonObject data{{u"text"_s, std::exchange(m_text, {})}};
    if (!m_textMessage.isEmpty())
        data.insert(u"message_id"_s, m_textMessage);
    write(m_textKind, data);
}

void Recorder::write(QLatin1StringView kind, const QJsonObject& data)
{
    if (!m_tick.isActive())
        m_tick.start(tickInterval);
    if (!m_backlog.isEmpty()) {
        if (m_backlog.size() < largestBacklog)
            m_backlog.append({kind, data});
        return;
    }
    const auto event = m_journal.append(kind, withoutSecrets(data));
    if (event) {
        Q_EMIT recorded(*event);
        return;
    }
    qWarning().noquote() << describe(event.error());
    m_backlog.append({kind, data});
}

void Recorder::writeBacklog()
{
    while (!m_backlog.isEmpty()) {
        const auto event = m_journal.append(m_backlog.first().kind, withoutSecrets(m_backlog.first().data));
        if (!event)
            return;
        m_backlog.removeFirst();
        Q_EMIT recorded(*event);
    }
    if (const auto synced = m_journal.syncIfDue(); !synced)
        qWarning().noquote() << describe(synced.error());
    else if (m_journal.isSynced())
        m_tick.stop(); // an idle run wakes nobody
}

bool Recorder::flush()
{
    flushText();
    m_journal.giveUpReserve();
    writeBacklog();
    const auto synced = m_journal.sync();
    if (!synced)
        qWarning().noquote() << describe(synced.error());
    return synced && m_backlog.isEmpty();
}

void Recorder::setStatus(TaskStatus status, const QString& reason, QJsonObject more)
{
    if (status == m_status)
        return;
    if (const auto legal = checkTransition(m_status, status); !legal) {
        qCritical().noquote() << describe(legal.error());
        return;
    }
    const auto from = std::exchange(m_status, status);
    more.insert(u"from"_s, statusName(from));
    more.insert(u"to"_s, statusName(status));
    more.insert(u"reason"_s, reason);
    record(event_kind::taskStatus, more);
    Q_EMIT statusChanged(status);
}

} // namespace switchyard::runner
