#pragma once

#include "process/command.h"
#include "process/proc_files.h"
#include "support/test_support.h"

#include <QSignalSpy>

#include <csignal>

namespace switchyard::testing {

//! A program of tests/helpers, as built.
inline QString helper(const QString& name)
{
    return QCoreApplication::applicationDirPath() + u"/helpers/"_s + name;
}

inline process::CommandLine awkward(const QStringList& arguments, milliseconds grace = milliseconds(200))
{
    process::CommandLine line;
    line.program = helper(u"awkward_child"_s);
    line.arguments = arguments;
    line.cwd = u"/"_s;
    line.stopGrace = grace;
    return line;
}

inline process::CommandLine shell(const QString& script)
{
    process::CommandLine line;
    line.program = u"/bin/sh"_s;
    line.arguments = {u"-c"_s, script};
    line.cwd = u"/"_s;
    return line;
}

//! The tag that a child of ours was given; waits until it shows.
inline QByteArray treeTag(qint64 pid)
{
    QByteArray environment;
    if (!testing::waitFor([&] { // empty for a moment after exec
            environment = process::readProcFile(pid_t(pid), "environ", 1 << 20);
            return environment.contains("SWITCHYARD_TREE=");
        }))
        return {};
    const auto start = environment.indexOf("SWITCHYARD_TREE=") + 16;
    return environment.sliced(start, environment.indexOf('\0', start) - start);
}

//! A command with what it said and how it ended.
struct Run {
    explicit Run(const process::CommandLine& line)
    {
        QObject::connect(&command, &process::Command::output, &command, [this](const QByteArray& piece) {
            output += piece;
            largest = std::max(largest, piece.size());
            afterEnd |= ended;
        });
        QObject::connect(&command, &process::Command::finished, &command, [this](const process::Exit& how) {
            ended = true;
            ++endings;
            exit = how;
        });
        command.start(line);
    }
    bool waitForEnd(int limit = 20'000)
    {
        return QTest::qWaitFor([this] { return ended; }, limit);
    }
    bool waitForOutput(const QByteArray& text, int limit = 20'000)
    {
        return QTest::qWaitFor([&] { return output.contains(text) || ended; }, limit) && output.contains(text);
    }

    process::Command command;
    QByteArray output;
    qsizetype largest = 0;
    process::Exit exit;
    bool ended = false;
    bool afterEnd = false;
    int endings = 0;
};

//! A zombie is not alive.
inline bool isAlive(pid_t pid)
{
    const auto stat = process::readStat(pid);
    return stat && !stat->isZombie();
}

} // namespace switchyard::testing
