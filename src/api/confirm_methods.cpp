// The confirmation code and what waits for it.
#include "api/method_parts.h"

namespace switchyard::api {

namespace {

Reply confirmationList(EnginePtr engine, QJsonObject, Caller)
{
    QJsonArray open;
    for (const auto& confirmation : engine->confirmations().open())
        open << confirmation.toJson();
    co_return QJsonObject{{u"confirmations"_s, open}};
}

Reply confirmationAnswer(EnginePtr engine, QJsonObject params, Caller caller)
{
    JsonReader reader(params);
    const auto id = reader.text("id"_L1);
    if (!params[u"allow"].isBool())
        reader.reject("allow"_L1, u"true or false was expected"_s);
    const bool allow = reader.boolean("allow"_L1, false);
    const Secret code(reader.text("code"_L1, QString()).toUtf8());
    const auto scope = reader.text("scope"_L1, u"once"_s);
    const Secret oneTime(reader.text("one_time"_L1, QString()).toUtf8());
    // A door that brings somebody else's answer may say whose, and HTTP that it came in a chat; both count as
    // elsewhere.
    const auto by = reader.text("by"_L1, QString()).left(60);
    const auto door = reader.text("door"_L1, caller.door);
    if (door != caller.door && !(caller.door == u"http" && door == u"chat"))
        reader.reject("door"_L1, u"only http may say that it brings the answer of a chat"_s);
    if (!by.isEmpty() && engine::Confirmations::isLocal(caller.door))
        reader.reject("by"_L1, u"only doors that bring somebody else's answer may say whose"_s);
    SY_CO_TRY(reader.finish());
    const auto who = by.isEmpty() ? caller.name : u"%1 (%2)"_s.arg(caller.name, by);
    co_return co_await empty(
        engine::Confirmations::answer(&engine->confirmations(), {id, allow, code, scope, who, door, oneTime}));
}

Reply codeSet(EnginePtr engine, QJsonObject params, Caller caller)
{
    JsonReader reader(params);
    const Secret newCode(reader.text("new"_L1).toUtf8());
    const Secret oldCode(reader.text("old"_L1, QString()).toUtf8());
    SY_CO_TRY(reader.finish());
    co_return co_await empty(
        engine::Confirmations::setCode(&engine->confirmations(), newCode, oldCode, caller.name, caller.door));
}

Reply codeOneTime(EnginePtr engine, QJsonObject params, Caller caller)
{
    JsonReader reader(params);
    if (!params[u"on"].isBool())
        reader.reject("on"_L1, u"true or false was expected"_s);
    const bool on = reader.boolean("on"_L1, false);
    const Secret code(reader.text("code"_L1).toUtf8());
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto uri, co_await engine::Confirmations::setOneTime(&engine->confirmations(), on, code,
                                                                                caller.name, caller.door));
    co_return QJsonObject{{u"uri"_s, uri}};
}

Reply grantList(EnginePtr engine, QJsonObject, Caller)
{
    QJsonArray grants;
    for (const auto& grant : engine->grants().all())
        grants << grant.toJson();
    co_return QJsonObject{{u"grants"_s, grants}};
}

Reply grantRevoke(EnginePtr engine, QJsonObject params, Caller caller)
{
    JsonReader reader(params);
    const auto id = reader.text("id"_L1);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto grant, engine->grants().revoke(id));
    engine->audit().add({{u"what"_s, u"grant revoked: "_s + grant.text},
                         {u"by"_s, caller.name},
                         {u"door"_s, caller.door},
                         {u"command"_s, grant.command},
                         {u"grant"_s, grant.id}});
    co_return QJsonObject();
}

Reply auditList(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    SY_CO_TRY_ASSIGN(const auto limit, count(reader, "limit"_L1, 50, 10'000));
    SY_CO_TRY_ASSIGN(const auto entries, engine->audit().last(limit));
    QJsonArray array;
    for (const auto& entry : entries)
        array << entry;
    co_return QJsonObject{{u"entries"_s, array}};
}

Reply auditVerify(EnginePtr engine, QJsonObject, Caller)
{
    SY_CO_TRY_ASSIGN(const auto check, engine->audit().verify());
    co_return QJsonObject{{u"entries"_s, check.entries}, {u"problem"_s, check.problem}, {u"line"_s, check.line}};
}

constexpr Method table[] = {
    {"audit.list"_L1, Right::Read, &auditList},
    {"audit.verify"_L1, Right::Read, &auditVerify},
    {"confirmation.list"_L1, Right::Read, &confirmationList},
    {"confirmation.answer"_L1, Right::Confirm, &confirmationAnswer},
    {"grant.list"_L1, Right::Read, &grantList},
    {"grant.revoke"_L1, Right::Work, &grantRevoke}, // it takes away: no code
    {"code.set"_L1, Right::Confirm, &codeSet},
    {"code.one_time"_L1, Right::Confirm, &codeOneTime},
};

} // namespace

std::span<const Method> confirmMethods()
{
    return table;
}

} // namespace switchyard::api
