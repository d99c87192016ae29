#include "process/cgroup.h"

#include "process/descriptor.h"
#include "process/pidfd.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

namespace switchyard::process {

namespace {

QByteArray readAll(const QString& path)
{
    constexpr qsizetype piece = 4096;
    const Descriptor file(open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC));
    QByteArray bytes;
    for (ssize_t count = file ? 1 : 0; count > 0;) {
        const auto before = bytes.size();
        bytes.resizeForOverwrite(before + piece);
        count = read(file.get(), bytes.data() + before, size_t(piece));
        bytes.truncate(before + std::max<ssize_t>(0, count));
    }
    return bytes;
}

Result<> write(const QString& path, const QByteArray& value)
{
    // Never made: a file that is missing is a thing that this kernel cannot do.
    const Descriptor file(open(QFile::encodeName(path).constData(), O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), value.constData(), size_t(value.size())) != value.size())
        return fail(ErrorCode::Unavailable,
                    u"%1 cannot be set to “%2”: %3."_s.arg(path, QString::fromLatin1(value),
                                                           QString::fromLocal8Bit(std::strerror(errno))));
    return {};
}

//! The number behind a name in a file such as cpu.stat.
qint64 field(const QByteArray& text, const QByteArray& name)
{
    for (const auto& line : text.split('\n')) {
        if (line.startsWith(name + ' '))
            return line.sliced(name.size() + 1).toLongLong();
    }
    return 0;
}

QStringList words(const QByteArray& text)
{
    return QString::fromLatin1(text).simplified().split(u' ', Qt::SkipEmptyParts);
}

QStringList groupsBelow(const QString& path)
{
    return QDir(path).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
}

void removeFolders(const QString& path)
{
    for (const auto& name : groupsBelow(path))
        removeFolders(path + u'/' + name);
    rmdir(QFile::encodeName(path).constData());
}

} // namespace

QString Cgroup::mountPoint(const QString& mounts)
{
    // "36 35 98:0 / /sys/fs/cgroup rw,nosuid shared:15 - cgroup2 cgroup2 rw"; see proc(5).
    for (const auto& line : readAll(mounts.isEmpty() ? u"/proc/self/mountinfo"_s : mounts).split('\n')) {
        const auto fields = line.split(' ');
        const auto type = fields.indexOf("-") + 1;
        if (type > 0 && fields.value(type) == "cgroup2")
            return QFile::decodeName(fields.value(4).replace("\\040", " "));
    }
    return u"/sys/fs/cgroup"_s;
}

Cgroup::Ability Cgroup::probe(QString mount, const QString& own)
{
    Ability ability;
    if (mount.isEmpty())
        mount = mountPoint();
    if (!QFile::exists(mount + u"/cgroup.controllers"_s)) {
        ability.why =
            u"This machine does not use cgroup v2 (nothing at %1). Process trees are followed one by one."_s.arg(mount);
        return ability;
    }
    QString group;
    for (const auto& line : readAll(own).split('\n')) {
        if (line.startsWith("0::"))
            group = QFile::decodeName(line.sliced(3));
    }
    const auto folder = QDir::cleanPath(mount + u'/' + group);
    if (group.isEmpty() || access(QFile::encodeName(folder).constData(), W_OK) != 0 ||
        access(QFile::encodeName(folder + u"/cgroup.procs"_s).constData(), W_OK) != 0) {
        ability.why = u"The group of this process (%1) may not be written. Start the engine as a systemd user service "
                      "with Delegate=yes."_s.arg(folder);
        return ability;
    }
    ability.parent = folder;
    ability.controllers = words(readAll(folder + u"/cgroup.subtree_control"_s));
    return ability;
}

Result<Cgroup> Cgroup::create(const QString& parent, const QString& name, const CgroupLimits& limits)
{
    const auto path = name.isEmpty() ? parent : parent + u'/' + name;
    if (mkdir(QFile::encodeName(path).constData(), 0755) != 0) {
        if (errno == EEXIST)
            return fail(ErrorCode::Conflict, u"The control group %1 is there already."_s.arg(path));
        return failErrno(u"The control group %1 cannot be made"_s.arg(path), errno);
    }
    Cgroup group(path);
    SY_TRY(group.setLimits(limits));
    return group;
}

Result<Cgroup> Cgroup::open(const QString& path)
{
    if (!QFile::exists(path + u"/cgroup.procs"_s))
        return fail(ErrorCode::NotFound, u"There is no control group %1."_s.arg(path));
    return Cgroup(path);
}

Result<> Cgroup::setLimits(const CgroupLimits& limits) const
{
    if (limits.memoryBytes) {
        SY_TRY(write(m_path + u"/memory.max"_s, QByteArray::number(*limits.memoryBytes)));
        // Swapping to death is no way around the limit. Not every kernel counts swap.
        (void)write(m_path + u"/memory.swap.max"_s, "0");
    }
    if (limits.processes)
        SY_TRY(write(m_path + u"/pids.max"_s, QByteArray::number(*limits.processes)));
    if (limits.cpuWeight)
        SY_TRY(write(m_path + u"/cpu.weight"_s, QByteArray::number(*limits.cpuWeight)));
    return {};
}

Cgroup::~Cgroup()
{
    if (!m_path.isEmpty())
        rmdir(QFile::encodeName(m_path).constData());
}

Result<> Cgroup::add(pid_t process) const
{
    return write(m_path + u"/cgroup.procs"_s, QByteArray::number(process));
}

Result<> Cgroup::kill() const
{
    return write(m_path + u"/cgroup.kill"_s, "1");
}

Result<> Cgroup::setFrozen(bool frozen) const
{
    return write(m_path + u"/cgroup.freeze"_s, frozen ? "1" : "0");
}

bool Cgroup::isPopulated() const
{
    return field(readAll(m_path + u"/cgroup.events"_s), "populated") == 1;
}

QList<pid_t> Cgroup::members() const
{
    QList<pid_t> result;
    for (const auto& line : readAll(m_path + u"/cgroup.procs"_s).split('\n')) {
        if (const auto pid = line.toInt(); pid > 0)
            result << pid;
    }
    return result;
}

QList<pid_t> Cgroup::allMembers() const
{
    auto result = members();
    for (const auto& name : groupsBelow(m_path)) {
        Cgroup below(m_path + u'/' + name);
        result += below.allMembers();
        below.release();
    }
    return result;
}

QStringList Cgroup::enable(const QStringList& controllers) const
{
    const auto available = words(readAll(m_path + u"/cgroup.controllers"_s));
    for (const auto& controller : controllers) { // one by one: a refused one must not keep the others away
        if (available.contains(controller))
            (void)write(m_path + u"/cgroup.subtree_control"_s, '+' + controller.toLatin1());
    }
    return words(readAll(m_path + u"/cgroup.subtree_control"_s));
}

void Cgroup::dieTogether() const
{
    if (const auto file = m_path + u"/memory.oom.group"_s; QFile::exists(file))
        (void)write(file, "1");
}

Cgroup::Usage Cgroup::usage() const
{
    Usage usage;
    usage.cpu = milliseconds(field(readAll(m_path + u"/cpu.stat"_s), "usage_usec") / 1000);
    usage.memory = readAll(m_path + u"/memory.current"_s).trimmed().toLongLong();
    usage.peakMemory = readAll(m_path + u"/memory.peak"_s).trimmed().toLongLong();
    usage.memoryKills = int(field(readAll(m_path + u"/memory.events"_s), "oom_kill"));
    usage.processLimit = int(field(readAll(m_path + u"/pids.events"_s), "max"));
    return usage;
}

namespace {

void killOneByOne(const Cgroup& group)
{
    std::vector<std::pair<pid_t, Descriptor>> held;
    for (const auto pid : group.allMembers())
        held.emplace_back(pid, openPidfd(pid));
    // Who is still a member now was one when its handle was taken: no stranger has got its pid.
    const auto members = group.allMembers();
    for (const auto& [pid, handle] : held) {
        if (handle && members.contains(pid))
            sendSignal(handle, SIGKILL);
    }
}

} // namespace

QList<pid_t> endGroup(const QString& path, milliseconds limit)
{
    constexpr timespec pause{0, 2'000'000}; // ns
    auto group = Cgroup::open(path);
    if (!group)
        return {};
    const auto deadline = Clock::system().monotonic() + limit;
    while (group->isPopulated() && Clock::system().monotonic() < deadline) {
        if (!group->kill()) { // before Linux 5.14
            killOneByOne(*group);
        }
        nanosleep(&pause, nullptr);
    }
    const auto left = group->allMembers();
    removeFolders(group->release());
    return left;
}

} // namespace switchyard::process
