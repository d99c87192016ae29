#include "llm/prices.h"

#include "base/json.h"

#include <QFile>

#include <cmath>

namespace switchyard::llm {

namespace {

constexpr double picoDollarsPerTokenAtOneDollarPerMillion = 1e6;

Money perToken(double dollarsPerMillion)
{
    return {std::llround(dollarsPerMillion * picoDollarsPerTokenAtOneDollarPerMillion)};
}

std::optional<TokenPrices> readPrices(JsonReader& reader)
{
    if (!reader.has("input"_L1) || !reader.has("output"_L1))
        return std::nullopt;
    const auto input = reader.number("input"_L1, 0);
    return TokenPrices{perToken(input), perToken(reader.number("output"_L1, 0)),
                       perToken(reader.number("cache_read"_L1, input)),
                       perToken(reader.number("cache_write"_L1, input))};
}

} // namespace

Money Money::fromDollars(double dollars)
{
    return {std::llround(dollars * 1e12)};
}

Money TokenPrices::cost(const Usage& usage) const
{
    return {usage.input * input.picoDollars + usage.output * output.picoDollars +
            usage.cacheRead * cacheRead.picoDollars + usage.cacheWrite * cacheWrite.picoDollars};
}

std::optional<Money> ModelInfo::cost(const Usage& usage) const
{
    if (longPrompt && usage.input + usage.cacheRead + usage.cacheWrite > longPrompt->above)
        return longPrompt->prices.cost(usage);
    return prices ? std::optional(prices->cost(usage)) : std::nullopt;
}

Result<PriceTable> PriceTable::load(const QString& userFile)
{
    PriceTable table;
    QFile builtIn(u":/switchyard/prices.json"_s);
    if (!builtIn.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Internal, u"The built-in price table is missing from this program."_s);
    SY_TRY_ASSIGN(const auto json, parseObject(builtIn.readAll(), u"prices.json"_s));
    SY_TRY(table.add(json, u"prices.json"_s));
    if (!userFile.isEmpty() && QFile::exists(userFile)) {
        SY_TRY_ASSIGN(const auto own, readJsonFile(userFile));
        SY_TRY(table.add(own, userFile));
    }
    return table;
}

Result<> PriceTable::add(const QJsonObject& json, const QString& where)
{
    JsonReader top(json, where);
    const auto defaults = top.object("defaults"_L1);
    for (auto it = defaults.begin(); it != defaults.end(); ++it)
        m_defaults.insert(it.key(), it.value().toString());
    const auto models = top.array("models"_L1);
    SY_TRY(top.finish());
    for (const auto& value : models) {
        JsonReader reader(value.toObject(), where);
        ModelInfo model;
        model.name = reader.text("model"_L1);
        model.id = model.name.section(u':', 1);
        if (model.id.isEmpty())
            reader.reject("model"_L1, u"“provider:model” was expected, got “%1”"_s.arg(model.name));
        model.prices = readPrices(reader);
        if (reader.has("long_prompt"_L1)) {
            JsonReader longer(reader.object("long_prompt"_L1), where + u".long_prompt"_s);
            const auto above = longer.integer("above"_L1);
            if (const auto prices = readPrices(longer))
                model.longPrompt = {above, *prices};
            SY_TRY(longer.finish());
        }
        model.contextTokens = reader.integer("context"_L1, model.contextTokens);
        model.maxOutputTokens = int(reader.integer("max_output"_L1, model.maxOutputTokens));
        const auto thinking = reader.text("thinking"_L1, u"none"_s);
        if (thinking == u"budget")
            model.thinking = ThinkingMode::Budget;
        else if (thinking == u"adaptive")
            model.thinking = ThinkingMode::Adaptive;
        else if (thinking != u"none")
            reader.reject("thinking"_L1, u"none, budget or adaptive was expected"_s);
        if (model.contextTokens < 1000 || model.maxOutputTokens < 1)
            reader.reject("context"_L1, u"it is too small to work with"_s);
        SY_TRY(reader.finish());
        m_models.removeIf([&](const auto& old) { return old.name == model.name; });
        m_models.append(model);
    }
    return {};
}

ModelInfo PriceTable::find(const QString& name) const
{
    const ModelInfo* best = nullptr;
    for (const auto& model : m_models) {
        if (name.startsWith(model.name) && (!best || model.name.size() > best->name.size()))
            best = &model;
    }
    auto found = best ? *best : ModelInfo{};
    found.name = name;
    found.id = name.section(u':', 1);
    return found;
}

QString PriceTable::defaultModel(const QString& provider) const
{
    return m_defaults.value(provider);
}

QStringList PriceTable::names() const
{
    QStringList names;
    for (const auto& model : m_models)
        names << model.name;
    return names;
}

} // namespace switchyard::llm
