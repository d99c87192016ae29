#include "model/event.h"

#include "base/json.h"

namespace switchyard {

namespace {
constexpr int journalVersion = 1;
}

QJsonObject Event::toJson() const
{
    QJsonObject json{{u"v"_s, journalVersion}, {u"task"_s, task.toString()},   {u"attempt"_s, attempt},
                     {u"seq"_s, seq},          {u"t"_s, toMilliseconds(time)}, {u"kind"_s, kind},
                     {u"data"_s, data}};
    if (position > 0)
        json.insert(u"position"_s, position);
    return json;
}

Result<Event> Event::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"event"_s);
    Event event;
    if (const auto version = reader.integer("v"_L1); version > journalVersion)
        return fail(ErrorCode::Invalid,
                    u"The event has format %1; this program reads format %2."_s.arg(version).arg(journalVersion),
                    u"Upgrade Switchyard."_s);
    event.task = reader.taskId("task"_L1);
    event.attempt = int(reader.integer("attempt"_L1));
    event.seq = reader.integer("seq"_L1);
    event.time = fromMilliseconds(reader.integer("t"_L1));
    event.kind = reader.text("kind"_L1);
    event.data = reader.object("data"_L1);
    event.position = reader.integer("position"_L1, 0);
    SY_TRY(reader.finish());
    return event;
}

} // namespace switchyard
