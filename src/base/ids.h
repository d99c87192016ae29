#pragma once

#include "base/result.h"

#include <QHash>
#include <QMetaType>

namespace switchyard {

//! Six lower-case hexadecimal digits, as "a7f3c1". A default-made id is null and names no task.
//! A type of its own, so that it cannot be mixed up with a branch, a title or another id.
class TaskId
{
public:
    TaskId() = default;
    //! Accepts exactly what toString() prints, with or without a leading '#'; upper case is folded.
    static Result<TaskId> parse(QStringView text);
    //! A new random id; the store guards uniqueness.
    static TaskId random();

    bool isNull() const { return m_text.isEmpty(); }
    const QString& toString() const { return m_text; }
    auto operator<=>(const TaskId&) const = default;
    bool operator==(const TaskId&) const = default;
    friend size_t qHash(const TaskId& id, size_t seed = 0) noexcept { return qHash(id.m_text, seed); }

private:
    QString m_text;
};

//! A full random UUID without braces: confirmations, agent sessions, requests.
QString newUuid();

} // namespace switchyard

Q_DECLARE_METATYPE(switchyard::TaskId)
