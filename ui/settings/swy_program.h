#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

#include <QCoreApplication>
#include <QCoro/QCoroTask>

#include <optional>

namespace switchyard::ui {

//! swy as a child, for what the window leaves to it: the keyring and the files of the gate.
class SwyProgram
{
    Q_DECLARE_TR_FUNCTIONS(switchyard::ui::SwyProgram)
public:
    //! What it writes to its standard output. `input` goes to it through a pipe, at most what a pipe holds (64 KiB).
    //! Does not block. Errors: what swy says, as it says it; Unavailable where it cannot be started, Timeout, Limit.
    static QCoro::Task<Result<QByteArray>> run(QString program, QStringList words, std::optional<Secret> input,
                                               milliseconds limit);
};

} // namespace switchyard::ui
