#pragma once

#include "base/secret.h"
#include "engine/grants.h"
#include "engine/guess_guard.h"
#include "engine/supervisor.h"
#include "gate/code_vault.h"
#include "gate/totp.h"

namespace switchyard::engine {

//! The commands that wait for the user's code. The first valid answer wins. Wrong codes are counted for each request
//! and over all of them, before they are checked, and the counts outlive the engine. The runner checks the code once
//! more. Not thread-safe; checking happens on a worker.
class Confirmations : public QObject
{
    Q_OBJECT
public:
    //! What somebody answers, and through which door.
    struct Answer {
        QString id;
        bool allow = false;
        Secret code;
        QString scope = QStringLiteral("once"); //!< or that of one of the request's offers: allows more than this once
        QString by, door;
        Secret oneTime; //!< from a door that is not on this machine, where one-time passwords are set up
    };
    //! Doors on this machine: whoever uses them is logged in here.
    static bool isLocal(const QString& door);
    Confirmations(TaskBook& book, Supervisor& supervisor, Grants& grants, const Paths& paths, const Settings& settings,
                  const Clock& clock, QObject* parent = nullptr);
    Result<> load();

    QList<Confirmation> open() const; //!< oldest first
    qsizetype inMemory() const { return m_open.size() + m_settled.size(); }
    bool codeIsSet() const { return m_vault.isSet(); }
    //! Forbidden (tries left in the hint), Conflict (answered already), Limit (locked for a while), NotFound; Invalid:
    //! that scope was not offered.
    static QCoro::Task<Result<>> answer(QPointer<Confirmations> self, Answer answer);
    //! One-time passwords for answers from elsewhere, on or off; takes the code. The URI for an authenticator app, told
    //! this once; empty when they are off.
    static QCoro::Task<Result<QString>> setOneTime(QPointer<Confirmations> self, bool on, Secret code, QString by,
                                                   QString door);
    static QCoro::Task<Result<>> setCode(QPointer<Confirmations> self, Secret newCode, Secret oldCode, QString by,
                                         QString door);

Q_SIGNALS:
    //! What the tasks' own events do not tell: answers that were not taken, changes of the code.
    void audited(const QJsonObject& entry);

private:
    void note(const Event& event);
    void countTry();
    QFuture<Result<>> save(const store::ConfirmationRow* row);
    static QCoro::Task<Result<>> take(QPointer<Confirmations> self, Answer answer);
    //! Nothing for "once".
    Result<std::optional<Grant>> grantFor(const Answer& answer);
    static QCoro::Task<Result<>> change(QPointer<Confirmations> self, Secret newCode, Secret oldCode);
    static QCoro::Task<Result<>> check(QPointer<Confirmations> self, Answer answer);
    static QCoro::Task<Result<>> resolve(QPointer<Confirmations> self, QString id, bool allow, Secret code, QString by,
                                         QString door, QString why);

    TaskBook& m_book;
    Supervisor& m_supervisor;
    Grants& m_grants;
    const Settings m_settings;
    const Clock& m_clock;
    const gate::CodeVault m_vault;
    const gate::TotpVault m_oneTime;
    QMap<QString, store::ConfirmationRow> m_open;
    QSet<QString> m_settled; //!< an answer is on its way to the runner
    GuessGuard m_guard;
};

} // namespace switchyard::engine
