#include "process/journal.h"

#include "base/json.h"

#include <QDir>
#include <QFileInfo>

#include <unistd.h>

namespace switchyard::process {

namespace {

constexpr milliseconds syncInterval{1000};

bool mustBeDurable(const QString& kind)
{
    return kind == event_kind::taskStatus || kind == event_kind::taskCreated ||
           kind.startsWith("confirmation."_L1) || kind == event_kind::gitMerged || kind == event_kind::gitBranch;
}

} // namespace

Journal::Journal(std::unique_ptr<QFile> file, TaskId task, int attempt, const Clock& clock, qint64 lastSeq)
    : m_file(std::move(file)), m_task(std::move(task)), m_attempt(attempt), m_clock(&clock), m_lastSeq(lastSeq)
{
}

Result<Journal> Journal::open(const QString& path, TaskId task, int attempt, const Clock& clock)
{
    if (!QDir().mkpath(QFileInfo(path).path()))
        return fail(ErrorCode::Io, u"The folder of the journal %1 cannot be created."_s.arg(path));
    SY_TRY_ASSIGN(const auto contents, readJournal(path));
    if (!contents.damage.isEmpty())
        return fail(ErrorCode::Corrupt, u"The journal %1 is damaged: %2"_s.arg(path, contents.damage));
    auto file = std::make_unique<QFile>(path);
    if (!file->open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        return fail(ErrorCode::Io, u"The journal %1 cannot be opened: %2."_s.arg(path, file->errorString()));
    file->setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    if (contents.tornTail) {
        const auto whole = file->readAll().lastIndexOf('\n') + 1;
        if (!file->resize(whole))
            return fail(ErrorCode::Io, u"The torn end of %1 cannot be cut off: %2."_s.arg(path, file->errorString()));
    }
    file->seek(file->size());
    return Journal(std::move(file), std::move(task), attempt, clock,
                   contents.events.isEmpty() ? 0 : contents.events.last().seq);
}

Result<Event> Journal::append(const QString& kind, const QJsonObject& data)
{
    Event event{m_task, m_attempt, m_lastSeq + 1, m_clock->now(), kind, data, 0};
    const auto line = compactJson(event.toJson()) + '\n';
    const auto before = m_file->pos();
    if (const auto written = m_file->write(line); written != line.size()) {
        const auto why = m_file->errorString();
        m_file->resize(before);
        m_file->seek(before);
        return fail(ErrorCode::Io, u"The journal %1 cannot be written: %2."_s.arg(m_file->fileName(), why),
                    u"Free some disk space; the task goes on when there is room again."_s);
    }
    ++m_lastSeq;
    m_dirty = true;
    if (mustBeDurable(kind))
        SY_TRY(sync());
    return event;
}

Result<> Journal::sync()
{
    if (m_dirty && fdatasync(m_file->handle()) != 0)
        return failErrno(u"The journal %1 cannot be synced"_s.arg(m_file->fileName()), errno);
    m_dirty = false;
    m_lastSync = m_clock->monotonic();
    return {};
}

Result<> Journal::syncIfDue()
{
    if (!m_dirty || m_clock->monotonic() - m_lastSync < syncInterval)
        return {};
    return sync();
}

Result<JournalContents> readJournal(const QString& path, qint64 after)
{
    JournalContents contents;
    QFile file(path);
    if (!file.exists())
        return contents;
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"The journal %1 cannot be read: %2."_s.arg(path, file.errorString()));
    for (qint64 expected = 1; !file.atEnd(); ++expected) {
        const auto line = file.readLine();
        const auto where = [&] { return u"event %1 at byte %2"_s.arg(expected).arg(file.pos() - line.size()); };
        if (!line.endsWith('\n')) {
            contents.tornTail = true;
            break;
        }
        const auto json = parseObject(line, where());
        const auto event = json ? Event::fromJson(*json) : Result<Event>(fail(json.error()));
        if (!event || event->seq != expected) {
            contents.damage = event ? where() + u" has the number %1"_s.arg(event->seq) : event.error().message;
            break;
        }
        if (event->seq > after)
            contents.events << *event;
    }
    return contents;
}

} // namespace switchyard::process
