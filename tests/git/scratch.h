#pragma once

#include "git/repository.h"

#include "support/test_support.h"

#include <QDir>

namespace switchyard::testing {

//! A repository of a test's own with a first commit on "main".
class Scratch
{
public:
    explicit Scratch(const QString& name = QStringLiteral("Mein Projekt mit Ümläuten"))
        : folder(root.path(name)), repository(git::Repository::init(folder))
    {
        if (!repository)
            qFatal("%s", qPrintable(describe(repository.error())));
        write(u"README"_s, "one\ntwo\nthree\n");
        first = commit(u"first"_s);
    }

    void write(const QString& path, const QByteArray& bytes) const { writeIn(folder, path, bytes); }
    static void writeIn(const QString& folder, const QString& path, const QByteArray& bytes)
    {
        const auto file = folder + u'/' + path;
        QDir().mkpath(QFileInfo(file).path());
        writeFile(file, bytes);
    }
    QByteArray read(const QString& path) const { return readFile(folder + u'/' + path); }
    QString commit(const QString& message) { return commitIn(*repository, message); }
    static QString commitIn(git::Repository& where, const QString& message)
    {
        const auto id = where.commitAll(message);
        if (!id || id->isEmpty())
            qFatal("nothing was committed: %s", id ? "no changes" : qPrintable(describe(id.error())));
        return *id;
    }
    //! A worktree on task/<name>, as a runner makes it.
    git::Repository task(const QString& name)
    {
        const auto added = repository->addWorktree(taskFolder(name), u"task/"_s + name, u"main"_s);
        if (!added)
            qFatal("%s", qPrintable(describe(added.error())));
        auto opened = git::Repository::open(taskFolder(name));
        if (!opened)
            qFatal("%s", qPrintable(describe(opened.error())));
        return std::move(*opened);
    }
    QString taskFolder(const QString& name) const { return root.path(u"work trees/"_s + name); }
    //! What git keeps for itself, below .git.
    QString internals(const QString& path) const { return folder + u"/.git/"_s + path; }

    TestRoot root;
    const QString folder;
    Result<git::Repository> repository;
    QString first;
};

} // namespace switchyard::testing
