#include "process/journal.h"

#include "base/json.h"
#include "process/descriptor.h"

#include <QDir>
#include <QFileInfo>

#include <array>
#include <functional>

#include <fcntl.h>
#include <unistd.h>

namespace switchyard::process {

namespace {

constexpr milliseconds syncInterval{1000};
constexpr qint64 longestLine = 64 << 20;
constexpr qint64 reserveBytes = 128 << 10;
constexpr qsizetype linePiece = 16 << 10;
//! That of the attempt, of the task, of all tasks, and what holds that. The first journal of a task is the engine's,
//! attempt 0: those that follow find all but two on disk.
constexpr int newFolders = 4, newFoldersLater = 2;

//! CRC-32 as in zip files: finds every change of up to 32 bits in a row.
quint32 checksum(QByteArrayView bytes)
{
    static constexpr auto table = [] {
        std::array<quint32, 256> result{};
        for (quint32 index = 0; index < 256; ++index) {
            auto value = index;
            for (int bit = 0; bit < 8; ++bit)
                value = value & 1 ? value >> 1 ^ 0xedb88320u : value >> 1;
            result[index] = value;
        }
        return result;
    }();
    quint32 sum = ~0u;
    for (const auto byte : bytes)
        sum = table[(sum ^ uchar(byte)) & 0xff] ^ sum >> 8;
    return ~sum;
}

constexpr QByteArrayView sumKey(",\"crc\":\"");
constexpr qsizetype sumSize = 8 + 8 + 2; // key, digits, end of string and object

//! The last member of a line: what the rest of it sums up to.
QByteArray withChecksum(QByteArray object)
{
    object.chop(1);
    const auto sum = QByteArray::number(checksum(object), 16).rightJustified(8, '0');
    return object.append(sumKey).append(sum).append("\"}");
}

enum class Sum { Right, Wrong, None }; // None: written before there were any

//! Takes the checksum off an object.
Sum takeChecksum(QByteArray& object)
{
    if (object.size() < sumSize || object.last(sumSize).first(sumKey.size()) != sumKey || !object.endsWith("\"}"))
        return Sum::None;
    const auto digits = object.last(sumSize).sliced(sumKey.size(), 8);
    object.chop(sumSize);
    bool isNumber = false;
    const bool same = digits.toUInt(&isNumber, 16) == checksum(object) && isNumber;
    object += '}';
    return same ? Sum::Right : Sum::Wrong;
}

bool mustBeDurable(const QString& kind)
{
    return kind == event_kind::taskStatus || kind == event_kind::taskCreated || kind.startsWith("confirmation."_L1) ||
           kind == event_kind::gitMerged || kind == event_kind::gitBranch;
}

struct Scan {
    qint64 goodBytes = 0; // up to the end of the last good line
    qint64 lastSeq = 0;
    bool tornTail = false;
    QString damage;
};

//! With its end, as far as the longest goes; in pieces, for most are short.
QByteArray readLine(QFile& file)
{
    QByteArray line;
    std::array<char, linePiece> piece;
    while (line.size() < longestLine) {
        const auto count = file.readLine(piece.data(), piece.size());
        if (count <= 0)
            break;
        line.append(piece.data(), count);
        if (line.endsWith('\n'))
            break;
    }
    return line;
}

//! Hands over event by event, so that a long journal costs no memory.
Result<Scan> scan(const QString& path, const std::function<void(Event)>& take)
{
    Scan result;
    QFile file(path);
    if (!file.exists())
        return result;
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"The journal %1 cannot be read: %2."_s.arg(path, file.errorString()));
    bool hasSums = false;
    while (!file.atEnd()) {
        const auto where = u"event %1 at byte %2"_s.arg(result.lastSeq + 1).arg(result.goodBytes);
        const auto line = readLine(file);
        if (line.isEmpty())
            return fail(ErrorCode::Io, u"The journal %1 cannot be read: %2."_s.arg(path, file.errorString()));
        if (!line.endsWith('\n')) {
            result.tornTail = file.atEnd();
            if (!result.tornTail)
                result.damage = where + u" is longer than 64 MiB"_s;
            break;
        }
        auto object = line.chopped(1);
        const auto sum = takeChecksum(object);
        if (sum == Sum::Wrong || (sum == Sum::None && hasSums)) {
            result.damage = where + u": its checksum is wrong"_s;
            break;
        }
        hasSums = sum == Sum::Right;
        const auto json = parseObject(object, u"its line"_s);
        auto event = json ? Event::fromJson(*json) : Result<Event>(fail(json.error()));
        if (!event || event->seq != result.lastSeq + 1) {
            result.damage = where + (event ? u" has the number %1"_s.arg(event->seq) : u": "_s + event.error().message);
            break;
        }
        ++result.lastSeq;
        result.goodBytes += line.size();
        take(std::move(*event));
    }
    return result;
}

//! A new file surely survives a power cut only once the folders that name it are on disk as well.
Result<> syncFolders(const QString& path, int levels)
{
    auto folder = QFileInfo(path).absolutePath();
    for (int level = 0; level < levels; ++level, folder = QFileInfo(folder).path()) {
        const Descriptor handle(open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!handle || fsync(handle.get()) != 0)
            return failErrno(u"The folder %1 cannot be synced"_s.arg(folder), errno);
    }
    return {};
}

} // namespace

QByteArray journalLine(const Event& event)
{
    return withChecksum(compactJson(event.toJson())) + '\n';
}

Journal::Journal(std::unique_ptr<QFile> file, TaskId task, int attempt, const Clock& clock, qint64 lastSeq)
    : m_file(std::move(file)), m_task(std::move(task)), m_attempt(attempt), m_clock(&clock), m_lastSeq(lastSeq)
{
}

Result<Journal> Journal::open(const QString& path, TaskId task, int attempt, const Clock& clock)
{
    if (!QDir().mkpath(QFileInfo(path).path()))
        return fail(ErrorCode::Io,
                    u"The folder of the journal %1 cannot be created: %2."_s.arg(path, qt_error_string(errno)),
                    u"Check the free space and the permissions of the disk."_s);
    const bool isNew = !QFile::exists(path);
    SY_TRY_ASSIGN(const auto found, scan(path, [](const Event&) {}));
    if (!found.damage.isEmpty())
        return fail(ErrorCode::Corrupt, u"The journal %1 is damaged: %2"_s.arg(path, found.damage));
    auto file = std::make_unique<QFile>(path);
    if (!file->open(QIODevice::ReadWrite | QIODevice::Unbuffered, QFile::ReadOwner | QFile::WriteOwner))
        return fail(ErrorCode::Io, u"The journal %1 cannot be opened: %2."_s.arg(path, file->errorString()));
    if (found.tornTail && !file->resize(found.goodBytes))
        return fail(ErrorCode::Io, u"The torn end of %1 cannot be cut off: %2."_s.arg(path, file->errorString()));
    file->seek(found.goodBytes);
    Journal journal(std::move(file), std::move(task), attempt, clock, found.lastSeq);
    journal.m_newFile = isNew;
    return journal;
}

Result<Event> Journal::append(const QString& kind, const QJsonObject& data)
{
    Event event{m_task, m_attempt, m_lastSeq + 1, m_clock->now(), kind, data, 0};
    const auto before = m_file->pos();
    SY_TRY(write(event));
    if (mustBeDurable(kind)) {
        if (const auto synced = sync(); !synced) {
            cutBack(before, m_lastSeq - 1);
            return fail(synced.error());
        }
    }
    return event;
}

Result<> Journal::restore(const QList<Event>& events)
{
    const auto before = m_file->pos();
    const auto newest = m_lastSeq;
    const auto writeAll = [&]() -> Result<> {
        for (const auto& event : events) {
            if (event.task != m_task || event.attempt != m_attempt || event.seq != m_lastSeq + 1)
                return fail(ErrorCode::Invalid,
                            u"Event %1 does not follow event %2 of the journal %3."_s.arg(event.seq).arg(m_lastSeq).arg(
                                m_file->fileName()));
            SY_TRY(write(event));
        }
        return sync();
    };
    auto done = writeAll();
    if (!done)
        cutBack(before, newest);
    return done;
}

//! Numbers are given out again: what had them must not be there twice.
void Journal::cutBack(qint64 bytes, qint64 lastSeq)
{
    m_file->resize(bytes);
    m_file->seek(bytes);
    m_lastSeq = lastSeq;
}

Result<> Journal::write(const Event& event)
{
    const auto line = journalLine(event);
    const auto before = m_file->pos();
    if (const auto written = m_file->write(line); written != line.size()) {
        const auto why = m_file->errorString();
        cutBack(before, m_lastSeq);
        return fail(ErrorCode::Io, u"The journal %1 cannot be written: %2."_s.arg(m_file->fileName(), why),
                    u"Free some disk space; the task goes on when there is room again."_s);
    }
    m_dirty = true;
    m_lastSeq = event.seq;
    return {};
}

Result<> Journal::sync()
{
    if (m_dirty && fdatasync(m_file->handle()) != 0)
        return failErrno(u"The journal %1 cannot be synced"_s.arg(m_file->fileName()), errno);
    // After the file: what made it and its folders is on disk by then on most file systems, and this costs nothing.
    if (m_newFile)
        SY_TRY(syncFolders(m_file->fileName(), m_attempt > 0 ? newFoldersLater : newFolders));
    m_newFile = false;
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

void Journal::keepReserve()
{
    QFile reserve(m_file->fileName() + u".reserve"_s);
    // Without it everything works but the last word on a full disk.
    if (reserve.open(QIODevice::WriteOnly))
        (void)posix_fallocate(reserve.handle(), 0, reserveBytes);
}

void Journal::giveUpReserve()
{
    QFile::remove(m_file->fileName() + u".reserve"_s);
}

Result<JournalContents> readJournal(const QString& path, qint64 after)
{
    JournalContents contents;
    SY_TRY_ASSIGN(const auto found, scan(path, [&](Event event) {
                      if (event.seq > after)
                          contents.events << std::move(event);
                  }));
    contents.tornTail = found.tornTail;
    contents.damage = found.damage;
    contents.lastSeq = found.lastSeq;
    return contents;
}

} // namespace switchyard::process
