#include "coder/plan.h"

#include "base/json.h"

namespace switchyard::coder {

Result<> Plan::replace(const QJsonArray& entries)
{
    constexpr qsizetype mostEntries = 50;
    static const QStringList statuses{u"pending"_s, u"in_progress"_s, u"completed"_s};
    static const QStringList priorities{u"high"_s, u"medium"_s, u"low"_s};
    if (entries.isEmpty() || entries.size() > mostEntries)
        return fail(ErrorCode::Invalid, u"entries: 1 to %1 steps were expected."_s.arg(mostEntries));
    QJsonArray checked;
    for (const auto& value : entries) {
        JsonReader reader(value.toObject(), u"entries[%1]"_s.arg(checked.size()));
        const auto content = reader.text("content"_L1);
        const auto status = reader.text("status"_L1, u"pending"_s);
        const auto priority = reader.text("priority"_L1, u"medium"_s);
        if (content.trimmed().isEmpty())
            reader.reject("content"_L1, u"it is empty"_s);
        if (!statuses.contains(status))
            reader.reject("status"_L1, u"one of %1 was expected"_s.arg(statuses.join(u", "_s)));
        if (!priorities.contains(priority))
            reader.reject("priority"_L1, u"one of %1 was expected"_s.arg(priorities.join(u", "_s)));
        SY_TRY(reader.finish());
        checked.append(QJsonObject{{u"content"_s, content}, {u"status"_s, status}, {u"priority"_s, priority}});
    }
    m_entries = checked;
    return {};
}

QStringList Plan::open() const
{
    return withStatus(false);
}

QStringList Plan::done() const
{
    return withStatus(true);
}

QStringList Plan::withStatus(bool completed) const
{
    QStringList contents;
    for (const auto& entry : m_entries) {
        if ((entry[u"status"].toString() == u"completed") == completed)
            contents << entry[u"content"].toString();
    }
    return contents;
}

} // namespace switchyard::coder
