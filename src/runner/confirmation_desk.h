#pragma once

#include "base/secret.h"
#include "gate/code_vault.h"
#include "gate/gate.h"
#include "model/confirmation.h"
#include "runner/recorder.h"

#include <QPromise>

#include <map>

namespace switchyard::runner {

struct ConfirmationAnswer {
    bool allowed = false;
    QString why; //!< when refused: "The user refused it.", "Nobody answered within 5 minutes."
};

//! The commands that wait for the user's code. It checks the code itself, against the hash on disk: whoever reaches the
//! runner's socket, reads its log or repeats an old answer gets nowhere. Each request has exactly one ending: allowed
//! with the right code, refused, five wrong codes, no answer by the deadline, or the run's end.
class ConfirmationDesk : public QObject
{
    Q_OBJECT
public:
    ConfirmationDesk(Recorder& recorder, const Clock& clock, gate::CodeVault vault, milliseconds wait,
                     QObject* parent = nullptr);
    ~ConfirmationDesk() override;

    //! Asks; `request` has everything but id, times and tries.
    QCoro::Task<ConfirmationAnswer> ask(Confirmation request);
    //! An answer from a door. Forbidden: wrong code, tries left in the hint. Conflict: not open (any more).
    QCoro::Task<Result<>> resolve(QString id, bool allow, Secret code, QString by, QString door, QString why);
    void refuseAll(const QString& why);
    bool isWaiting() const { return !m_open.empty(); }

Q_SIGNALS:
    void waitingChanged(bool waiting);

private:
    struct Open;
    void finish(const QString& id, bool allowed, const QString& by, const QString& door, const QString& why);

    Recorder& m_recorder;
    const Clock& m_clock;
    const gate::CodeVault m_vault;
    const milliseconds m_wait;
    std::map<QString, std::unique_ptr<Open>> m_open;
};

} // namespace switchyard::runner
