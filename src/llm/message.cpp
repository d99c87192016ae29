#include "llm/message.h"

#include "base/json.h"

namespace switchyard::llm {

namespace {

constexpr QLatin1StringView roleNames[] = {"user"_L1, "assistant"_L1, "tools"_L1};

QJsonObject toJson(const ToolCall& call)
{
    return {{u"id"_s, call.id}, {u"name"_s, call.name}, {u"input"_s, call.input}, {u"input_error"_s, call.inputError}};
}

QJsonObject toJson(const ToolResult& result)
{
    return {{u"call"_s, result.callId},
            {u"tool"_s, result.tool},
            {u"text"_s, result.text},
            {u"ok"_s, result.ok},
            {u"facts"_s, result.facts}};
}

QJsonObject toJson(const Thinking& thought)
{
    return {{u"text"_s, thought.text}, {u"signature"_s, thought.signature}, {u"redacted"_s, thought.redacted}};
}

QJsonObject toJson(const Picture& picture)
{
    return {{u"mime_type"_s, picture.mimeType}, {u"data"_s, picture.data}};
}

template <typename T>
QJsonArray listToJson(const QList<T>& list)
{
    QJsonArray array;
    for (const auto& item : list)
        array.append(toJson(item));
    return array;
}

constexpr qint64 pictureWeight = 6'400; //!< 1,600 tokens: what the largest that providers look at costs

} // namespace

bool Picture::canBeShown(const QString& mimeType)
{
    return mimeType == u"image/png" || mimeType == u"image/jpeg" || mimeType == u"image/gif" ||
           mimeType == u"image/webp";
}

QJsonObject Message::toJson() const
{
    QJsonObject json{{u"role"_s, roleNames[int(role)]}};
    if (!text.isEmpty())
        json.insert(u"text"_s, text);
    if (!thinking.isEmpty())
        json.insert(u"thinking"_s, listToJson(thinking));
    if (!calls.isEmpty())
        json.insert(u"calls"_s, listToJson(calls));
    if (!results.isEmpty())
        json.insert(u"results"_s, listToJson(results));
    if (!pictures.isEmpty())
        json.insert(u"pictures"_s, listToJson(pictures));
    return json;
}

Result<Message> Message::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"message"_s);
    Message message;
    const auto name = reader.text("role"_L1);
    const auto role = std::ranges::find(roleNames, name);
    if (role == std::end(roleNames))
        reader.reject("role"_L1, u"“%1” is no role"_s.arg(name.left(20)));
    else
        message.role = Role(role - std::begin(roleNames));
    message.text = reader.text("text"_L1, {});
    for (const auto& value : reader.array("thinking"_L1)) {
        const auto item = value.toObject();
        message.thinking.append(
            {item[u"text"].toString(), item[u"signature"].toString(), item[u"redacted"].toString()});
    }
    for (const auto& value : reader.array("calls"_L1)) {
        const auto item = value.toObject();
        message.calls.append({item[u"id"].toString(), item[u"name"].toString(), item[u"input"].toObject(),
                              item[u"input_error"].toString()});
    }
    for (const auto& value : reader.array("results"_L1)) {
        const auto item = value.toObject();
        message.results.append({item[u"call"].toString(), item[u"tool"].toString(), item[u"text"].toString(),
                                item[u"ok"].toBool(), item[u"facts"].toObject()});
    }
    for (const auto& value : reader.array("pictures"_L1))
        message.pictures.append({value[u"mime_type"].toString(), value[u"data"].toString()});
    SY_TRY(reader.finish());
    return message;
}

qint64 Message::weight() const
{
    qint64 sum = text.size() + pictures.size() * pictureWeight;
    for (const auto& thought : thinking)
        sum += thought.text.size() + thought.signature.size() + thought.redacted.size();
    for (const auto& call : calls)
        sum += call.name.size() + compactJson(call.input).size();
    for (const auto& result : results)
        sum += result.text.size();
    return sum;
}

Usage& Usage::operator+=(const Usage& other)
{
    input += other.input;
    output += other.output;
    cacheRead += other.cacheRead;
    cacheWrite += other.cacheWrite;
    return *this;
}

} // namespace switchyard::llm
