#include "coder/context.h"

#include <numeric>

namespace switchyard::coder {

using llm::Message;

namespace {

constexpr qsizetype recentMessages = 8; //!< kept whole as long as possible
constexpr qsizetype keptCharacters = 300;

qint64 weigh(const QList<Message>& messages)
{
    return std::accumulate(messages.begin(), messages.end(), qint64(0),
                           [](qint64 sum, const auto& message) { return sum + message.weight(); });
}

QString shorten(const QString& text)
{
    return text.first(keptCharacters) +
           u" … (%1 characters of this older text were left out to save room)"_s.arg(text.size() - keptCharacters);
}

bool isLong(const QString& text)
{
    return text.size() > 2 * keptCharacters;
}

int shortenResults(Message& message)
{
    int count = 0;
    for (auto& result : message.results) {
        if (!isLong(result.text))
            continue;
        result.text = shorten(result.text);
        ++count;
    }
    return count;
}

QJsonValue shortenStrings(const QJsonValue& value)
{
    if (value.isString())
        return isLong(value.toString()) ? shorten(value.toString()) : value;
    if (value.isArray()) {
        QJsonArray array;
        for (const auto& item : value.toArray())
            array.append(shortenStrings(item));
        return array;
    }
    auto object = value.toObject();
    if (!value.isObject())
        return value;
    for (auto it = object.begin(); it != object.end(); ++it)
        it.value() = shortenStrings(it.value());
    return object;
}

int shortenCalls(Message& message)
{
    int count = 0;
    for (auto& call : message.calls) {
        const auto shorter = shortenStrings(call.input).toObject();
        if (shorter == call.input)
            continue;
        call.input = shorter;
        ++count;
    }
    return count;
}

QString recall(const Message& message)
{
    QStringList lines;
    for (const auto& call : message.calls) {
        const auto what = call.input.contains(u"command") ? call.input[u"command"] : call.input[u"path"];
        lines << u"- %1 %2"_s.arg(call.name, what.toString().left(100));
    }
    return lines.join(u'\n');
}

//! Replaces the oldest exchanges by a note behind the first message until the weight is right.
int dropOldest(QList<Message>& messages, qint64 target)
{
    QStringList notes;
    int dropped = 0;
    auto weight = weigh(messages);
    while (weight > target && messages.size() > recentMessages + 1) {
        // An answer goes together with the results of its calls.
        do {
            const auto gone = messages.takeAt(1);
            weight -= gone.weight();
            ++dropped;
            if (gone.role == Message::Role::User)
                notes << u"The user: "_s + gone.text.left(keptCharacters);
            else if (const auto recalled = recall(gone); !recalled.isEmpty())
                notes << recalled;
        } while (messages.size() > 1 && messages[1].role == Message::Role::Tools);
    }
    if (dropped > 0)
        messages.first().text +=
            u"\n\n[Earlier steps were left out to save room. In them you did:\n%1\n]"_s.arg(notes.join(u'\n'));
    return dropped;
}

} // namespace

Trimmed fitContext(QList<Message>& messages, qint64 limit, qint64 target)
{
    Trimmed trimmed;
    if (weigh(messages) <= limit)
        return trimmed;
    for (const auto part : {&shortenResults, &shortenCalls}) {
        for (qsizetype i = 0; i + recentMessages < messages.size() && weigh(messages) > target; ++i)
            trimmed.shortened += part(messages[i]);
    }
    if (weigh(messages) > target)
        trimmed.dropped = dropOldest(messages, target);
    // What is left is recent; its longest results must give way, or the model cannot be asked at all.
    for (qsizetype i = 0; i < messages.size() && weigh(messages) > limit; ++i)
        trimmed.shortened += shortenResults(messages[i]);
    return trimmed;
}

} // namespace switchyard::coder
