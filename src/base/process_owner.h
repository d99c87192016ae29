#pragma once

#include <QProcess>

#include <memory>

namespace switchyard {

//! Lets go of a process without waiting for it: a QProcess that is deleted while it runs blocks. It is killed, and its
//! object deleted by the event loop once it has ended.
struct LetGoOfProcess {
    void operator()(QProcess* process) const
    {
        process->disconnect();
        if (process->state() == QProcess::NotRunning) {
            process->deleteLater();
            return;
        }
        QObject::connect(process, &QProcess::finished, process, &QObject::deleteLater);
        process->kill();
    }
};

using ProcessOwner = std::unique_ptr<QProcess, LetGoOfProcess>;

} // namespace switchyard
