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
    SY_CO_TRY(reader.finish());
    co_return co_await empty(
        engine::Confirmations::answer(&engine->confirmations(), id, allow, code, caller.name, caller.door));
}

Reply codeSet(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const Secret newCode(reader.text("new"_L1).toUtf8());
    const Secret oldCode(reader.text("old"_L1, QString()).toUtf8());
    SY_CO_TRY(reader.finish());
    co_return co_await empty(engine::Confirmations::setCode(&engine->confirmations(), newCode, oldCode));
}

constexpr Method table[] = {
    {"confirmation.list"_L1, Right::Read, &confirmationList},
    {"confirmation.answer"_L1, Right::Confirm, &confirmationAnswer},
    {"code.set"_L1, Right::Confirm, &codeSet},
};

} // namespace

std::span<const Method> confirmMethods()
{
    return table;
}

} // namespace switchyard::api
