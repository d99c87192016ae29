#include "process/cgroup.h"

#include "process/descriptor.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

namespace switchyard::process {

namespace {

QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
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

} // namespace

Cgroup::Ability Cgroup::probe(const QString& mount, const QString& own)
{
    Ability ability;
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
    ability.controllers = QString::fromLatin1(readAll(folder + u"/cgroup.subtree_control"_s))
                              .simplified()
                              .split(u' ', Qt::SkipEmptyParts);
    return ability;
}

Result<Cgroup> Cgroup::create(const QString& parent, const QString& name, const CgroupLimits& limits)
{
    const auto path = parent + u'/' + name;
    if (mkdir(QFile::encodeName(path).constData(), 0755) != 0) {
        if (errno == EEXIST)
            return fail(ErrorCode::Conflict, u"The control group %1 is there already."_s.arg(path));
        return failErrno(u"The control group %1 cannot be made"_s.arg(path), errno);
    }
    Cgroup group(path);
    if (limits.memoryBytes) {
        SY_TRY(write(path + u"/memory.max"_s, QByteArray::number(*limits.memoryBytes)));
        // Swapping to death is no way around the limit. Not every kernel counts swap.
        (void)write(path + u"/memory.swap.max"_s, "0");
    }
    if (limits.processes)
        SY_TRY(write(path + u"/pids.max"_s, QByteArray::number(*limits.processes)));
    if (limits.cpuWeight)
        SY_TRY(write(path + u"/cpu.weight"_s, QByteArray::number(*limits.cpuWeight)));
    return group;
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

Cgroup::Usage Cgroup::usage() const
{
    Usage usage;
    usage.cpu = milliseconds(field(readAll(m_path + u"/cpu.stat"_s), "usage_usec") / 1000);
    usage.memory = readAll(m_path + u"/memory.current"_s).trimmed().toLongLong();
    usage.peakMemory = readAll(m_path + u"/memory.peak"_s).trimmed().toLongLong();
    usage.memoryKills = int(field(readAll(m_path + u"/memory.events"_s), "oom_kill"));
    usage.processes = int(members().size());
    return usage;
}

} // namespace switchyard::process
