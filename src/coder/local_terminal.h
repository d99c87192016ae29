#pragma once

#include "process/command.h"

#include <QFuture>
#include <QPromise>

#include <optional>

namespace switchyard::coder {

struct TerminalState {
    QString text;
    bool truncated = false; //!< the beginning is missing
    bool exited = false;
    std::optional<int> exitCode; //!< when it exited by itself
    QString signal;              //!< when a signal ended it
};

//! A shell command run by ourselves, for clients that offer no terminals: in a session of its own, output and error
//! merged, its input closed. The newest `limit` bytes of output are kept.
class LocalTerminal : public QObject
{
    Q_OBJECT
public:
    LocalTerminal(const QString& command, const QString& cwd, qint64 limit, QObject* parent = nullptr);
    ~LocalTerminal() override; // kills what is left of its process tree

    TerminalState state() const;
    QFuture<bool> ended() const { return m_ended.future(); } //!< also when it could not start
    void kill();                                             //!< TERM to its process tree, KILL two seconds later

private:
    void keep(const QByteArray& output);
    void finish();

    process::Command m_command;
    std::optional<process::Exit> m_exit; //!< once it has ended
    QPromise<bool> m_ended;
    QByteArray m_output;
    const qint64 m_limit;
    bool m_truncated = false;
    bool m_done = false;
};

} // namespace switchyard::coder
