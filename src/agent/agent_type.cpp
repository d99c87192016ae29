#include "agent/agent_type.h"

#include "base/json.h"

#include <QDir>
#include <QFile>

static void initAgentTypes()
{
    Q_INIT_RESOURCE(agent_types);
}

namespace switchyard::agent {

namespace {

constexpr QLatin1StringView runNames[] = {"off"_L1, "advisory"_L1, "required"_L1};
constexpr QLatin1StringView changesNames[] = {"required"_L1, "optional"_L1, "forbidden"_L1};
const QStringList builtInOrder{u"code"_s, u"fixer"_s, u"reviewer"_s, u"documenter"_s};

template <typename Value, size_t count>
Value named(JsonReader& reader, QLatin1StringView key, const QLatin1StringView (&names)[count], Value fallback)
{
    const auto text = reader.text(key, QString(names[size_t(fallback)]));
    for (size_t i = 0; i < count; ++i) {
        if (text == names[i])
            return Value(i);
    }
    QStringList known;
    for (const auto name : names)
        known << name;
    reader.reject(key, u"“%1” is none of %2"_s.arg(text.left(40), known.join(u", "_s)));
    return fallback;
}

//! A glob over a path with '/': "**" crosses folders, and "**/" may also be nothing.
QRegularExpression expressionOf(const QString& glob)
{
    QString pattern;
    for (qsizetype i = 0; i < glob.size(); ++i) {
        if (QStringView(glob).sliced(i).startsWith(u"**/")) {
            pattern += u"(?:.*/)?"_s;
            i += 2;
        } else if (QStringView(glob).sliced(i).startsWith(u"**")) {
            pattern += u".*"_s;
            ++i;
        } else if (glob[i] == u'*') {
            pattern += u"[^/]*"_s;
        } else if (glob[i] == u'?') {
            pattern += u"[^/]"_s;
        } else {
            pattern += QRegularExpression::escape(glob.mid(i, 1));
        }
    }
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern));
}

Result<AgentType> readType(const QString& file, const QString& name)
{
    QFile device(file);
    if (!device.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"%1 cannot be read: %2."_s.arg(file, device.errorString()));
    constexpr qint64 largest = 1 << 20;
    SY_TRY_ASSIGN(const auto json, parseObject(device.read(largest), file));
    auto type = AgentType::fromJson(name, json);
    if (!type)
        return fail(type.error().code, file + u": "_s + type.error().message, type.error().hint);
    return type;
}

} // namespace

bool AgentType::mayWrite(const QString& path) const
{
    return std::ranges::any_of(writes, [&](const QString& glob) { return expressionOf(glob).match(path).hasMatch(); });
}

QJsonObject AgentType::toJson() const
{
    return {{u"title"_s, title},
            {u"about"_s, about},
            {u"prompt"_s, prompt},
            {u"gate"_s, QJsonObject{{u"writes"_s, QJsonArray::fromStringList(writes)},
                                    {u"commands"_s, commands ? u"usual"_s : u"none"_s}}},
            {u"validation"_s, QJsonObject{{u"run"_s, QString(runNames[size_t(validation)])},
                                          {u"changes"_s, QString(changesNames[size_t(changes)])}}}};
}

Result<AgentType> AgentType::fromJson(const QString& name, const QJsonObject& json)
{
    static const QRegularExpression namePattern(u"^[a-z0-9][a-z0-9._-]{0,39}$"_s);
    if (!namePattern.match(name).hasMatch())
        return fail(ErrorCode::Invalid, u"“%1” cannot name an agent type."_s.arg(name.left(60)),
                    u"Use up to 40 lower-case letters, digits, dots, dashes and underscores."_s);
    JsonReader reader(json, name);
    AgentType type;
    type.name = name;
    type.title = reader.text("title"_L1, name);
    type.about = reader.text("about"_L1, {});
    type.prompt = reader.text("prompt"_L1);
    const auto gate = reader.object("gate"_L1);
    const auto validation = reader.object("validation"_L1);
    SY_TRY(reader.finish());
    JsonReader gateReader(gate, name + u".gate"_s);
    if (gateReader.has("writes"_L1))
        type.writes = gateReader.texts("writes"_L1);
    const auto commands = gateReader.text("commands"_L1, u"usual"_s);
    if (commands != u"usual" && commands != u"none")
        gateReader.reject("commands"_L1, u"“%1” is neither usual nor none"_s.arg(commands.left(40)));
    type.commands = commands == u"usual";
    SY_TRY(gateReader.finish());
    JsonReader validationReader(validation, name + u".validation"_s);
    type.validation = named(validationReader, "run"_L1, runNames, Run::Required);
    type.changes = named(validationReader, "changes"_L1, changesNames, Changes::Optional);
    SY_TRY(validationReader.finish());
    return type;
}

Result<QList<AgentType>> loadAgentTypes(const QString& userFolder)
{
    initAgentTypes();
    QList<AgentType> types;
    const auto known = [&](const QString& name) {
        return std::ranges::any_of(types, [&](const auto& type) { return type.name == name; });
    };
    const auto own = userFolder.isEmpty() ? QFileInfoList() // not the current folder
                                          : QDir(userFolder).entryInfoList({u"*.json"_s}, QDir::Files, QDir::Name);
    for (const auto& info : own) {
        SY_TRY_ASSIGN(auto type, readType(info.filePath(), info.completeBaseName()));
        types << std::move(type);
    }
    for (const auto& name : builtInOrder) {
        if (known(name))
            continue;
        SY_TRY_ASSIGN(auto type, readType(u":/agent-types/%1.json"_s.arg(name), name));
        types << std::move(type);
    }
    return types;
}

Result<AgentType> findAgentType(const QString& userFolder, const QString& name)
{
    if (name.isEmpty())
        return AgentType{};
    SY_TRY_ASSIGN(const auto types, loadAgentTypes(userFolder));
    QStringList names;
    for (const auto& type : types) {
        if (type.name == name)
            return type;
        names << type.name;
    }
    return fail(ErrorCode::NotFound, u"There is no agent type “%1”."_s.arg(name.left(60)),
                u"Known types: %1. Others can be added in agent-types/ of the configuration folder."_s.arg(
                    names.join(u", "_s)));
}

} // namespace switchyard::agent
