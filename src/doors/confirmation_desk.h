#pragma once

#include "client/engine_client.h"

namespace switchyard::doors {

//! What somebody answers who is not at this machine's window or terminal.
struct RelayedAnswer {
    QString task;    //!< an id, or empty
    QString request; //!< of the request itself, or empty; both empty: the only one that waits
    bool allow = true;
    Secret code;
    Secret oneTime;
    QString by;   //!< who brings it, for the audit
    QString door; //!< empty: that of the client
};

//! The commands that wait for the code, oldest first. Connects to the engine, or starts it, if need be.
QCoro::Task<Result<QList<Confirmation>>> openConfirmations(QPointer<client::EngineClient> client);
//! The request that was answered. The engine decides: NotFound, Conflict (answered already, nothing waits, several do),
//! Forbidden (wrong code), Limit (locked), Invalid (no code, no one-time password, no such id).
QCoro::Task<Result<Confirmation>> answerConfirmation(QPointer<client::EngineClient> client, RelayedAnswer answer);

//! How the doors show a request; `request_id` and `task_id` are what an answer names.
QJsonObject confirmationJson(const Confirmation& confirmation);
//! Without what could fool who reads it: control and direction characters are replaced, and long text is cut.
QString plainText(const QString& text, qsizetype longest = 2000);

} // namespace switchyard::doors
