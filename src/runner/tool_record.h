#pragma once

#include <QJsonArray>
#include <QJsonObject>

namespace switchyard::runner {

//! One call of a tool, as it is put together from what the agent tells of it.
struct ToolCallRecord {
    QString id;
    QString name; //!< of the tool, where the agent tells it: "Bash", "run_command"
    QString title, kind;
    QStringList files;
    QJsonArray content;
    QJsonValue input, output;
    qint64 tokens = 0;    //!< that it took the model to ask for it; 0: not told
    bool refused = false; //!< the gate or the user did not allow it

    //! Takes over what an ACP tool_call or tool_call_update holds; what it does not hold stays.
    void take(const QJsonObject& update);
    QString toolName() const; //!< the name, or what comes next to it: a title that is a name, the kind
    QString text() const;     //!< of its content, cut
    //! "file_not_found", "permission_denied", "timeout", "command_failed", "syntax_error", "refused"…; of a failed
    //! call.
    QString errorCategory(const QString& words) const;
};

//! A tool's parameters as they may be kept: secrets blotted out, long texts and lists cut, bounded as a whole.
QJsonValue recordable(const QJsonValue& parameters);

} // namespace switchyard::runner
