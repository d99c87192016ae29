#pragma once

#include "llm/message.h"

#include <optional>

namespace switchyard::llm {

//! Money in whole trillionths of a US dollar: prices per million tokens are whole numbers of these per token, so sums
//! are exact.
struct Money {
    qint64 picoDollars = 0;
    static Money fromDollars(double dollars);
    double dollars() const { return double(picoDollars) / 1e12; }
    auto operator<=>(const Money&) const = default;
    Money& operator+=(Money other)
    {
        picoDollars += other.picoDollars;
        return *this;
    }
};

//! What one token costs.
struct TokenPrices {
    Money input, output, cacheRead, cacheWrite;
    Money cost(const Usage& usage) const;
    bool operator==(const TokenPrices&) const = default;
};
//! The same for calls whose prompt has more than `above` tokens, cache included.
struct LongPromptPrices {
    qint64 above = 0;
    TokenPrices prices;
};

enum class ThinkingMode {
    None,     //!< the model is not asked to think aloud
    Budget,   //!< {"type": "enabled", "budget_tokens": n}
    Adaptive, //!< {"type": "adaptive"}: the model decides
};

struct ModelInfo {
    QString name;                      //!< "anthropic:claude-sonnet-4-5", "script:demo"
    QString id;                        //!< as the provider calls it: "claude-sonnet-4-5"
    std::optional<TokenPrices> prices; //!< nothing: unknown, and cost is not told
    std::optional<LongPromptPrices> longPrompt;
    qint64 contextTokens = 128'000; //!< what one call can hold, answer included
    int maxOutputTokens = 8'192;
    ThinkingMode thinking = ThinkingMode::None;

    //! Of one call; nothing if the prices are unknown.
    std::optional<Money> cost(const Usage& usage) const;
};

//! resources/prices.json and the user's own file over it. Entries are found by the longest name that begins the model's
//! ("claude-sonnet-4-5" serves "claude-sonnet-4-5-20250929").
class PriceTable
{
public:
    //! The built-in table; a `userFile` that exists is laid over it, entry by entry. A damaged one is an error that
    //! names it.
    static Result<PriceTable> load(const QString& userFile = {});

    ModelInfo find(const QString& name) const; //!< unlisted: defaults without prices
    QString defaultModel(const QString& provider) const;
    QStringList names() const; //!< listed models, full names, in the table's order

private:
    Result<> add(const QJsonObject& json, const QString& where);

    QList<ModelInfo> m_models;
    QHash<QString, QString> m_defaults; //!< provider → full name
};

} // namespace switchyard::llm
