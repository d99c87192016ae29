#include "model/grant.h"

#include "base/json.h"

namespace switchyard {

namespace {
void checkScope(JsonReader& reader, const QString& scope)
{
    if (scope != u"task" && scope != u"folder")
        reader.reject("scope"_L1, u"“task” or “folder” was expected"_s);
}
} // namespace

QJsonObject GrantOffer::toJson() const
{
    QJsonObject json{{u"scope"_s, scope}, {u"text"_s, text}};
    if (!folder.isEmpty())
        json.insert(u"folder"_s, folder);
    return json;
}

Result<GrantOffer> GrantOffer::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"offer"_s);
    GrantOffer offer{reader.text("scope"_L1), reader.text("text"_L1), reader.text("folder"_L1, QString())};
    checkScope(reader, offer.scope);
    SY_TRY(reader.finish());
    return offer;
}

QJsonObject Grant::toJson() const
{
    QJsonObject json{{u"id"_s, id},
                     {u"scope"_s, scope},
                     {u"text"_s, text},
                     {u"project"_s, project},
                     {u"task"_s, task.toString()},
                     {u"given"_s, toMilliseconds(given)},
                     {u"by"_s, by},
                     {u"door"_s, door}};
    if (scope == u"folder") {
        json.insert(u"folder"_s, folder);
    } else {
        json.insert(u"command"_s, command);
        json.insert(u"cwd"_s, cwd);
        json.insert(u"branch"_s, branch);
        json.insert(u"reasons"_s, QJsonArray::fromStringList(reasons));
    }
    return json;
}

Result<Grant> Grant::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"grant"_s);
    Grant grant;
    grant.id = reader.text("id"_L1);
    grant.scope = reader.text("scope"_L1);
    grant.text = reader.text("text"_L1);
    grant.project = reader.text("project"_L1);
    grant.task = reader.taskId("task"_L1);
    grant.given = fromMilliseconds(reader.integer("given"_L1));
    grant.by = reader.text("by"_L1, QString());
    grant.door = reader.text("door"_L1, QString());
    checkScope(reader, grant.scope);
    if (grant.scope == u"folder") {
        grant.folder = reader.text("folder"_L1);
        if (grant.folder.isEmpty())
            reader.reject("folder"_L1, u"a folder was expected"_s);
    } else {
        grant.command = reader.text("command"_L1);
        grant.cwd = reader.text("cwd"_L1);
        grant.branch = reader.text("branch"_L1);
        grant.reasons = reader.texts("reasons"_L1);
    }
    SY_TRY(reader.finish());
    return grant;
}

} // namespace switchyard
