#pragma once

#include "base/paths.h"

#include <QCommandLineParser>
#include <QCoro/QCoroTask>
#include <QTextStream>

namespace switchyard::app {

//! Exit statuses of swy, the same for every sub-command (docs/cli.md).
enum ExitStatus {
    Success = 0,
    TaskFailed = 1,
    Usage = 2,
    TimedOut = 3,
    Cancelled = 4,
    NotFound = 5,
    Unreachable = 6,
    Conflict = 7
};

//! What a sub-command gets to work with. Output goes to `out`, everything for people's eyes about errors to `err`.
struct CommandContext {
    Paths paths;
    QString program;       //!< how swy was called
    QStringList arguments; //!< after the sub-command's name
    QTextStream& out;
    QTextStream& err;
    bool outIsTerminal = false;
    bool colour = false; //!< a terminal, and NO_COLOR is not set
    //! Prints "swy: message" and the hint to err and returns the exit status of the error.
    int failed(const Error& error) const;
    //! A wrong call: message, and how to get help.
    [[nodiscard]] std::unexpected<Error> usageError(const QString& message) const;
};

//! One sub-command: `swy <name> …`. A group of them is a function that returns a list; swy_main.cpp joins the groups.
struct Command {
    QString name;    //!< "tasks list" may be two words
    QString summary; //!< one line, for `swy help`
    QString usage;   //!< "swy tasks list [--json] [--status S]"
    //! Runs in the event loop; the number is the exit status, an error is printed and has a status of its own.
    //! `--help` is answered before it is called.
    std::function<QCoro::Task<Result<int>>(CommandContext context)> run;
};

} // namespace switchyard::app
