#include "engine/audit_log.h"

#include "base/json.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>

namespace switchyard::engine {

namespace {
const auto headNote = u"audit_head"_s;
const auto noLineBefore = QByteArray(64, '0');
const auto cutOff = u"the audit was found cut off"_s; // stays in it as a mark
constexpr qint64 largestFile = qint64(256) << 20;     // some hundred thousand entries; read only on request
} // namespace

QByteArray auditHash(QJsonObject entry)
{
    entry.remove("hash"_L1);
    return QCryptographicHash::hash(compactJson(entry), QCryptographicHash::Sha256).toHex();
}

AuditLog::AuditLog(TaskBook& book, QString file, const Clock& clock, QObject* parent)
    : QObject(parent), m_book(book), m_file(std::move(file)), m_clock(clock), m_out(m_file)
{
    connect(&m_book, &TaskBook::applied, this, [this](const Event& event, TaskStatus, TaskStatus) { note(event); });
}

Result<QList<QByteArray>> AuditLog::lines() const
{
    QFile file(m_file);
    if (!file.exists())
        return QList<QByteArray>();
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, tr("The audit %1 cannot be read: %2.").arg(m_file, file.errorString()));
    if (file.size() > largestFile)
        return fail(ErrorCode::Limit, tr("The audit %1 is larger than 256 MB.").arg(m_file),
                    tr("Move it to another place; a new one begins."));
    auto all = file.readAll().split('\n');
    if (!all.isEmpty() && all.last().isEmpty())
        all.removeLast();
    return all;
}

Result<> AuditLog::load()
{
    SY_TRY_ASSIGN(const auto all, lines());
    m_count = all.size();
    m_head = all.isEmpty() ? noLineBefore
                           : QJsonDocument::fromJson(all.last()).object().value("hash"_L1).toString().toLatin1();
    QDir().mkpath(QFileInfo(m_file).path());
    if (!m_out.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
        return fail(ErrorCode::Io, tr("The audit %1 cannot be written: %2.").arg(m_file, m_out.errorString()));
    m_out.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    // The database may lag behind after a crash, never run ahead.
    SY_TRY_ASSIGN(const auto head, store::findNote(m_book.store().reader(), headNote));
    const auto known = head.section(u' ', 0, 0).toLongLong();
    if (known > m_count || (known == m_count && known > 0 && head.section(u' ', 1) != QString::fromLatin1(m_head)))
        add({{u"what"_s, cutOff}, {u"known"_s, known}, {u"found"_s, m_count}});
    return {};
}

void AuditLog::add(QJsonObject entry)
{
    if (!m_out.isOpen())
        return;
    entry.insert(u"seq"_s, m_count + 1);
    entry.insert(u"time"_s, toMilliseconds(m_clock.now()));
    entry.insert(u"prev"_s, QString::fromLatin1(m_head));
    const auto hash = auditHash(entry);
    entry.insert(u"hash"_s, QString::fromLatin1(hash));
    const auto line = compactJson(entry) + '\n';
    const auto before = m_out.size();
    if (m_out.write(line) != line.size()) {
        m_out.resize(before); // no half a line: the disk may be full
        qCritical("The audit %s cannot be written: %s", qPrintable(m_file), qPrintable(m_out.errorString()));
        return;
    }
    m_head = hash;
    ++m_count;
    store::Changes changes;
    changes.notes.insert(headNote, u"%1 %2"_s.arg(m_count).arg(QString::fromLatin1(m_head)));
    changes.patient = true; // it lags behind the file in any case
    m_book.write(std::move(changes));
}

void AuditLog::note(const Event& event)
{
    const auto& data = event.data;
    QJsonObject entry{{u"task"_s, event.task.toString()}, {u"attempt"_s, event.attempt}};
    const auto take = [&](const QString& what, std::initializer_list<QLatin1StringView> keys) {
        entry.insert(u"what"_s, what);
        for (const auto key : keys)
            if (data.contains(key))
                entry.insert(key, data.value(key));
        add(entry);
    };
    if (event.kind == event_kind::confirmationRequested)
        take(u"asked for the code"_s, {"id"_L1, "command"_L1, "cwd"_L1, "branch"_L1, "reasons"_L1});
    else if (event.kind == event_kind::confirmationAnswered)
        take(data.value("allowed"_L1).toBool() ? u"allowed"_s : u"refused"_s,
             {"id"_L1, "command"_L1, "by"_L1, "door"_L1, "why"_L1, "scope"_L1, "grant"_L1});
    else if (event.kind == event_kind::audit)
        take(data.value("what"_L1).toString(),
             {"who"_L1, "door"_L1, "on"_L1, "rule"_L1, "why"_L1, "tries_left"_L1, "grant"_L1});
    else if (event.kind == event_kind::gitMerged)
        take(u"merged"_s, {"commit"_L1, "into"_L1, "branch_deleted"_L1});
    else if (event.kind == event_kind::gitDiscarded)
        take(u"discarded"_s, {"branch"_L1});
    else if (event.kind == event_kind::taskDeleted)
        take(u"task deleted"_s, {});
}

Result<AuditLog::Check> AuditLog::verify() const
{
    SY_TRY_ASSIGN(const auto all, lines());
    Check check;
    QByteArray before = noLineBefore;
    for (const auto& line : all) {
        ++check.line;
        const auto entry = QJsonDocument::fromJson(line).object();
        if (entry.isEmpty())
            check.problem = tr("the line cannot be read");
        else if (entry.value("prev"_L1).toString().toLatin1() != before)
            check.problem = tr("a line before it was taken out, put in or changed");
        else if (entry.value("hash"_L1).toString().toLatin1() != auditHash(entry))
            check.problem = tr("the line was changed");
        else if (entry.value("what"_L1) == cutOff)
            check.problem = tr("entries before it were cut off: %1 were known, %2 were found")
                                .arg(entry.value("known"_L1).toInteger())
                                .arg(entry.value("found"_L1).toInteger());
        if (!check.problem.isEmpty())
            return check;
        before = entry.value("hash"_L1).toString().toLatin1();
        ++check.entries;
    }
    if (check.entries < m_count || (check.entries == m_count && before != m_head))
        check.problem = tr("the end was cut off");
    SY_TRY_ASSIGN(const auto head, store::findNote(m_book.store().reader(), headNote));
    if (check.problem.isEmpty() && head.section(u' ', 0, 0).toLongLong() > check.entries)
        check.problem = tr("the end was cut off");
    return check;
}

Result<QList<QJsonObject>> AuditLog::last(qsizetype most) const
{
    SY_TRY_ASSIGN(const auto all, lines());
    QList<QJsonObject> entries;
    for (const auto& line : all.last(std::min(most, all.size())))
        entries << QJsonDocument::fromJson(line).object();
    return entries;
}

} // namespace switchyard::engine
