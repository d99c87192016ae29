#pragma once

#include "base/result.h"

#include <QCoro/QCoroTask>
#include <QJsonObject>

#include <chrono>
#include <optional>

namespace switchyard::gate {

//! Reads shell scripts with shfmt: one short-lived process per script, with an empty environment.
struct ShellReader {
    QString program;                       //!< absolute path of shfmt; empty: there is none, and nothing is read
    std::chrono::milliseconds limit{5000}; //!< for one script: takes 2 ms, but a busy machine is no reason to ask
    qint64 outputLimit = 4 << 20;          //!< bytes of tree that are read at most
    bool readsPlainItself = false;         //!< what readPlain() reads takes no process

    //! shfmt in the system's own folders, never through PATH.
    static ShellReader find();
    //! The syntax tree. Unavailable: no parser; Timeout, Limit; Invalid: not a script, with the parser's words.
    //! Needs an event loop in the calling thread; any number may run at once.
    QCoro::Task<Result<QJsonObject>> read(QString script) const;
};

//! The tree of a script that is one command of plain words, as shfmt would give it ("git status -s"): letters, digits
//! and _ . / : , @ % + - and, behind the first word, =; one blank between words, and no word of the shell's grammar at
//! its head. No two shells or parsers read such a text in different ways. Nothing for any other.
std::optional<QJsonObject> readPlain(const QString& script);

} // namespace switchyard::gate
