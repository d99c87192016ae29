#include "runner/tool_record.h"

#include "base/log.h"
#include "runner/phase_rules.h"

#include <QJsonDocument>
#include <QRegularExpression>

namespace switchyard::runner {

namespace {

constexpr qsizetype longestInlineText = 4000; //!< of a tool's result kept in an event; the log has the rest
constexpr qsizetype longestParameter = 2000;
constexpr qsizetype longestParameters = 16 << 10;
constexpr int mostItems = 50;
constexpr int deepest = 8;

QString textOf(const QJsonObject& block)
{
    if (block[u"type"] == "text"_L1)
        return block[u"text"].toString();
    if (block[u"type"] == "resource_link"_L1)
        return block[u"uri"].toString();
    return block.isEmpty() ? QString() : u"[%1]"_s.arg(block[u"type"].toString());
}

bool isSecretName(const QString& name)
{
    static const QRegularExpression pattern(u"password|passwd|secret|token|api.?key|authorization|credential"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    return pattern.match(name).hasMatch();
}

QJsonValue cut(const QJsonValue& value, int depth)
{
    if (value.isString()) {
        const auto text = value.toString();
        return redact(text.size() > longestParameter
                          ? text.first(longestParameter) + u"… (%1 characters)"_s.arg(text.size())
                          : text);
    }
    if (depth >= deepest)
        return value.isArray() || value.isObject() ? QJsonValue(u"…"_s) : value;
    if (value.isArray()) {
        QJsonArray items;
        const auto all = value.toArray();
        for (const auto& item : all) {
            if (items.size() >= mostItems) {
                items.append(u"… (%1 items)"_s.arg(all.size()));
                break;
            }
            items.append(cut(item, depth + 1));
        }
        return items;
    }
    if (!value.isObject())
        return value;
    QJsonObject fields;
    const auto all = value.toObject();
    for (auto it = all.begin(); it != all.end(); ++it) {
        if (fields.size() >= mostItems)
            break;
        fields.insert(it.key(), it->isString() && isSecretName(it.key()) ? QJsonValue(u"[removed]"_s)
                                                                         : cut(it.value(), depth + 1));
    }
    return fields;
}

} // namespace

QJsonValue recordable(const QJsonValue& parameters)
{
    if (parameters.isUndefined())
        return QJsonValue();
    auto small = cut(parameters, 0);
    const auto bytes = QJsonDocument(QJsonArray{small}).toJson(QJsonDocument::Compact);
    if (bytes.size() <= longestParameters)
        return small;
    return QString::fromUtf8(bytes.sliced(1, longestParameter)) + u"… (%1 bytes)"_s.arg(bytes.size());
}

void ToolCallRecord::take(const QJsonObject& update)
{
    const auto given = [&](QStringView key) { return update.contains(key) && !update[key].isNull(); };
    if (given(u"title"))
        title = update[u"title"].toString();
    if (given(u"kind"))
        kind = update[u"kind"].toString();
    if (given(u"content"))
        content = update[u"content"].toArray();
    if (given(u"rawInput"))
        input = update[u"rawInput"];
    if (given(u"rawOutput"))
        output = update[u"rawOutput"];
    if (given(u"locations")) {
        files.clear();
        for (const auto& location : update[u"locations"].toArray())
            files << location[u"path"].toString();
    }
    const QJsonValue meta = update[u"_meta"];
    if (given(u"name"))
        name = update[u"name"].toString();
    else if (const auto claudes = meta[u"claudeCode"][u"toolName"]; claudes.isString())
        name = claudes.toString();
    tokens = meta[u"switchyard"][u"tokens"].toInteger(tokens);
}

QString ToolCallRecord::toolName() const
{
    if (!name.isEmpty())
        return name;
    // Titles are sentences, but for tools that are shown by their names: mcp__notes__search.
    static const QRegularExpression oneWord(uR"(^[A-Za-z_][A-Za-z0-9_.:-]{0,79}$)"_s);
    return oneWord.match(title).hasMatch() ? title : kind.isEmpty() ? u"other"_s : kind;
}

QString ToolCallRecord::text() const
{
    QString text;
    for (const auto& item : content) {
        if (item[u"type"] == "content"_L1)
            text += textOf(item[u"content"].toObject());
    }
    if (text.isEmpty() && output.isObject()) // a command's words, where its content is a terminal
        text = output[u"text"].toString();
    return text.size() > longestInlineText ? text.left(longestInlineText) + u"…"_s : text;
}

QString ToolCallRecord::errorCategory(const QString& words) const
{
    if (refused || output[u"refused"].toBool())
        return u"refused"_s;
    if (output[u"timed_out"].toBool())
        return u"timeout"_s;
    const bool isCommand = kind == u"execute" || output[u"exit_code"].isDouble();
    return toolErrorCategory(words, isCommand);
}

} // namespace switchyard::runner
