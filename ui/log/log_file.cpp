#include "ui/log/log_file.h"

#include "process/log_parts.h"

#include <QCache>
#include <QFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ranges>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

namespace switchyard::ui {

using process::Descriptor;
using process::LogPart;
using process::PartsLock;

namespace {

constexpr qint64 blockBytes = 1 << 20; //!< of closed parts: a frame of the compressed ones
constexpr int blocksKept = 8;
constexpr size_t mostParts = 40; //!< more than a log ever has: a view that follows for hours begins anew instead

struct Newest {
    Descriptor file;
    quint64 device = 0, inode = 0;
};

Result<Newest> openNewest(const QString& path)
{
    // non-blocking: a named pipe in the log's place must not hang the window
    Newest newest{Descriptor(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))};
    if (!newest.file) {
        if (errno == ENOENT)
            return fail(ErrorCode::NotFound, u"There is no file %1."_s.arg(path));
        return failErrno(path, errno);
    }
    struct stat status{};
    if (::fstat(newest.file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return fail(ErrorCode::Invalid, u"%1 is not a file."_s.arg(path));
    newest.device = status.st_dev;
    newest.inode = status.st_ino;
    return newest;
}

qint64 sizeOf(const Descriptor& file)
{
    struct stat status{};
    return ::fstat(file.get(), &status) == 0 ? status.st_size : 0;
}

} // namespace

struct LogFile::Pieces {
    struct Part {
        qint64 start;
        int number;
        std::shared_ptr<const LogPart> part;
    };
    std::vector<Part> parts;      //!< closed, in order, without gaps
    qint64 start = 0;             //!< of the newest
    std::shared_ptr<Newest> last; //!< the newest

    void add(int number, LogPart part)
    {
        const auto size = part.size();
        parts.push_back({start, number, std::make_shared<const LogPart>(std::move(part))});
        start += size;
    }
};

//! Blocks of closed parts that were read last, by their offset in the log: unpacking one takes a millisecond.
struct LogFile::Cache {
    std::mutex mutex;
    QCache<qint64, QByteArray> blocks{blocksKept};
};

LogFile::LogFile(std::shared_ptr<const Pieces> pieces, qint64 origin)
    : m_origin(origin), m_pieces(std::move(pieces)), m_cache(std::make_unique<Cache>())
{
}

LogFile::~LogFile() = default;

Result<std::shared_ptr<LogFile>> LogFile::open(const QString& path)
{
    const PartsLock lock(path, PartsLock::Mode::Read);
    SY_TRY_ASSIGN(auto newest, openNewest(path));
    const auto pieces = std::make_shared<Pieces>();
    pieces->last = std::make_shared<Newest>(std::move(newest));
    // From the newest back: what lies before a gap has lost its place.
    std::vector<std::pair<int, LogPart>> parts;
    auto numbers = process::partNumbers(path);
    for (int expected = numbers.isEmpty() ? 0 : numbers.last(); !numbers.isEmpty(); --expected) {
        if (numbers.takeLast() != expected || parts.size() == mostParts)
            break;
        auto part = LogPart::open(path, expected);
        if (!part)
            break;
        parts.emplace_back(expected, std::move(*part));
    }
    for (auto& [number, part] : std::views::reverse(parts))
        pieces->add(number, std::move(part));
    const auto index = process::readIndex(path, 1);
    const auto newestStart = index.isEmpty() ? pieces->start : qint64(index.first().offset);
    return std::shared_ptr<LogFile>(new LogFile(pieces, std::max<qint64>(0, newestStart - pieces->start)));
}

std::shared_ptr<LogFile> LogFile::over(Descriptor file, qint64 origin, qint64 begin)
{
    const auto pieces = std::make_shared<Pieces>();
    pieces->last = std::make_shared<Newest>(Newest{std::move(file)});
    const std::shared_ptr<LogFile> made(new LogFile(pieces, origin));
    made->setBegin(begin);
    return made;
}

bool LogFile::follow(const QString& path)
{
    const PartsLock lock(path, PartsLock::Mode::Read);
    const auto old = pieces();
    const auto numbers = process::partNumbers(path);
    // Ours became the part after the last one we know; a log that had none before begins with any number.
    const auto after = old->parts.empty() ? -1 : int(numbers.indexOf(old->parts.back().number));
    const auto ours = after + 1;
    if ((after < 0 && !old->parts.empty()) || ours >= numbers.size() || old->parts.size() >= mostParts)
        return false;
    auto newest = openNewest(path);
    if (!newest)
        return false;
    const auto next = std::make_shared<Pieces>(Pieces{old->parts, old->start, nullptr});
    for (auto i = ours; i < numbers.size(); ++i) {
        auto part = LogPart::open(path, numbers.at(i));
        if (!part || (i > ours && numbers.at(i) != numbers.at(i - 1) + 1))
            return false;
        if (i == ours && part->size() != sizeOf(old->last->file))
            return false;
        next->add(numbers.at(i), std::move(*part));
    }
    // Those that were compressed meanwhile are opened again: the old files would keep their place on the disk.
    for (auto& part : next->parts) {
        if (auto again = LogPart::open(path, part.number); again && again->size() == part.part->size())
            part.part = std::make_shared<const LogPart>(std::move(*again));
    }
    next->last = std::make_shared<Newest>(std::move(*newest));
    const std::scoped_lock guard(m_mutex);
    m_pieces = next;
    return true;
}

std::shared_ptr<const LogFile::Pieces> LogFile::pieces() const
{
    const std::scoped_lock guard(m_mutex);
    return m_pieces;
}

qint64 LogFile::size() const
{
    const auto all = pieces();
    return all->start + sizeOf(all->last->file);
}

qint64 LogFile::read(qint64 offset, char* to, qint64 length) const
{
    const auto all = pieces();
    qint64 done = 0;
    while (done < length && offset + done < all->start) {
        const auto at = offset + done;
        const auto part = std::prev(std::ranges::upper_bound(all->parts, at, {}, &Pieces::Part::start));
        const auto block = part->start + (at - part->start) / blockBytes * blockBytes;
        QByteArray bytes;
        {
            const std::scoped_lock guard(m_cache->mutex);
            if (const auto* const kept = m_cache->blocks.object(block))
                bytes = *kept;
        }
        if (bytes.isEmpty()) {
            bytes = part->part->read(block - part->start, blockBytes).value_or(QByteArray());
            const std::scoped_lock guard(m_cache->mutex);
            m_cache->blocks.insert(block, new QByteArray(bytes));
        }
        const auto got = std::min<qint64>(length - done, bytes.size() - (at - block));
        if (got <= 0)
            return done;
        std::memcpy(to + done, bytes.constData() + (at - block), size_t(got));
        done += got;
    }
    while (done < length) {
        const auto got = ::pread(all->last->file.get(), to + done, size_t(length - done), offset + done - all->start);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        done += got;
    }
    return done;
}

QByteArray LogFile::read(qint64 offset, qint64 length) const
{
    if (length <= 0 || offset < 0)
        return {};
    QByteArray bytes(length, Qt::Uninitialized);
    bytes.truncate(read(offset, bytes.data(), length));
    return bytes;
}

bool LogFile::isStillAt(const QString& path) const
{
    const auto last = pieces()->last;
    struct stat status{};
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 && status.st_dev == last->device &&
           status.st_ino == last->inode;
}

} // namespace switchyard::ui
