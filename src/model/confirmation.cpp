#include "model/confirmation.h"

#include "base/json.h"

namespace switchyard {

QJsonObject Confirmation::toJson() const
{
    QJsonArray allOffers;
    for (const auto& offer : offers)
        allOffers << offer.toJson();
    return {{u"id"_s, id},
            {u"task"_s, task.toString()},
            {u"attempt"_s, attempt},
            {u"command"_s, command},
            {u"reasons"_s, QJsonArray::fromStringList(reasons)},
            {u"impact"_s, QJsonArray::fromStringList(impact)},
            {u"cwd"_s, cwd},
            {u"branch"_s, branch},
            {u"requested"_s, toMilliseconds(requested)},
            {u"deadline"_s, toMilliseconds(deadline)},
            {u"tries_left"_s, triesLeft},
            {u"offers"_s, allOffers}};
}

Result<Confirmation> Confirmation::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"confirmation"_s);
    Confirmation result;
    result.id = reader.text("id"_L1);
    result.task = reader.taskId("task"_L1);
    result.attempt = int(reader.integer("attempt"_L1));
    result.command = reader.text("command"_L1);
    result.reasons = reader.texts("reasons"_L1);
    result.impact = reader.texts("impact"_L1);
    result.cwd = reader.text("cwd"_L1, QString());
    result.branch = reader.text("branch"_L1, QString());
    result.requested = fromMilliseconds(reader.integer("requested"_L1));
    result.deadline = fromMilliseconds(reader.integer("deadline"_L1));
    result.triesLeft = int(reader.integer("tries_left"_L1, 5));
    const auto offers = reader.array("offers"_L1);
    SY_TRY(reader.finish());
    for (const auto& value : offers) {
        SY_TRY_ASSIGN(const auto offer, GrantOffer::fromJson(value.toObject()));
        result.offers << offer;
    }
    return result;
}

} // namespace switchyard
