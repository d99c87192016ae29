// Stand-ins for the floors that have no sources yet.
#include "gate/code_vault.h"
#include "git/repository.h"
#include "process/output_log.h"

#include <QFile>

struct git_repository {
};

namespace switchyard {

Result<process::LogSlice> process::readOutput(const QString& path, qint64 offset, qint64 limit)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, path);
    file.seek(offset);
    return LogSlice{offset, file.read(limit), file.size()};
}

bool gate::CodeVault::isSet() const
{
    return QFile::exists(m_file);
}

Result<> gate::CodeVault::set(const Secret& newCode, const Secret& oldCode) const
{
    if (isSet())
        SY_TRY(verify(oldCode));
    QFile file(m_file);
    if (!file.open(QIODevice::WriteOnly))
        return fail(ErrorCode::Io, m_file);
    file.write(newCode.reveal());
    return {};
}

Result<> gate::CodeVault::verify(const Secret& code) const
{
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::NotFound, m_file);
    if (file.readAll() != code.reveal())
        return fail(ErrorCode::Forbidden, u"wrong"_s);
    return {};
}

namespace git {
using namespace Qt::StringLiterals;
void Repository::Deleter::operator()(git_repository* repository) const
{
    delete repository;
}
Result<Repository> Repository::open(const QString& path)
{
    if (!QFile::exists(path + u"/.git"_s))
        return fail(ErrorCode::NotFound, path);
    return Repository(new git_repository);
}
Result<Repository> Repository::init(const QString&, const QString&)
{
    return Repository(new git_repository);
}
Result<QString> Repository::headBranch() const
{
    return u"main"_s;
}
Result<QString> Repository::headCommit() const
{
    return u"0"_s;
}
Result<QString> Repository::commitOf(const QString&) const
{
    return u"0"_s;
}
Result<QStringList> Repository::uncommittedFiles() const
{
    return QStringList();
}
Result<> Repository::removeWorktree(const QString&)
{
    return {};
}
Result<> Repository::deleteBranch(const QString&)
{
    return {};
}
Result<QString> Repository::commitAll(const QString&)
{
    return u"0"_s;
}
Result<Diff> Repository::diffToWorkdir(const QString&) const
{
    return Diff{};
}
Result<Diff> Repository::diffCommits(const QString&, const QString&) const
{
    return Diff{};
}
Result<MergeOutcome> Repository::merge(const QString&, const QString&, const QString&)
{
    return MergeOutcome{u"0"_s, true};
}
} // namespace git
} // namespace switchyard
