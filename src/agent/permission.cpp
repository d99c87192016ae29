#include "agent/permission.h"

#include <QDir>

namespace switchyard::agent {

namespace {

constexpr qsizetype maxPaths = 1000;

QStringList texts(const QJsonArray& array)
{
    QStringList list;
    for (const auto& value : array)
        list << (value.isString() ? value.toString()
                                  : QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact)));
    return list;
}

//! The command of a tool's input, as its agents write it: {"command": "…"} or [...], {"cmd": …}, {"command", "args"}.
QString commandOf(const QJsonObject& input)
{
    for (const auto key : {"command"_L1, "cmd"_L1}) {
        const auto value = input[key];
        if (value.isArray() && !value.toArray().isEmpty())
            return shellQuoted(texts(value.toArray()));
        if (!value.isString() || value.toString().trimmed().isEmpty())
            continue;
        const auto arguments = input["args"_L1].toArray();
        return arguments.isEmpty() ? value.toString() : value.toString() + u' ' + shellQuoted(texts(arguments));
    }
    return {};
}

QString firstText(const QJsonObject& object, std::initializer_list<QLatin1StringView> keys)
{
    for (const auto key : keys) {
        if (const auto text = object[key].toString(); !text.isEmpty())
            return text;
    }
    return {};
}

QStringList pathsOf(const QJsonObject& call, const QString& cwd)
{
    QStringList paths;
    const auto add = [&](const QString& path) {
        if (path.isEmpty() || paths.size() >= maxPaths)
            return;
        const auto absolute = QDir::cleanPath(QDir(cwd).absoluteFilePath(path));
        if (!paths.contains(absolute))
            paths << absolute;
    };
    for (const auto& location : call[u"locations"].toArray())
        add(location[u"path"].toString());
    for (const auto& content : call[u"content"].toArray()) {
        if (content[u"type"].toString() == u"diff")
            add(content[u"path"].toString());
    }
    const auto input = call[u"rawInput"].toObject();
    for (const auto key : {"path"_L1, "file_path"_L1, "filePath"_L1, "filepath"_L1, "notebook_path"_L1})
        add(input[key].toString());
    for (const auto& path : input[u"paths"].toArray())
        add(path.toString());
    const auto changes = input[u"changes"].toObject(); // codex: {path: change}
    for (auto it = changes.begin(); it != changes.end(); ++it)
        add(it.key());
    return paths;
}

} // namespace

QString shellQuoted(const QStringList& arguments)
{
    QStringList quoted;
    for (const auto& argument : arguments) {
        const bool plain = !argument.isEmpty() && std::ranges::all_of(argument, [](QChar c) {
            return (c.unicode() < 128 && c.isLetterOrNumber()) || u"_-+=./:,@%^"_s.contains(c);
        });
        quoted << (plain ? argument : u'\'' + QString(argument).replace(u'\'', u"'\\''"_s) + u'\'');
    }
    return quoted.join(u' ');
}

PermissionRequest permissionRequest(const QJsonObject& toolCall, const QJsonObject& known, const QString& cwd)
{
    auto call = known;
    for (auto it = toolCall.begin(); it != toolCall.end(); ++it) {
        const bool empty = it->isNull() || (it->isObject() && it->toObject().isEmpty());
        if (!empty || !call.contains(it.key()))
            call.insert(it.key(), it.value());
    }
    const auto input = call[u"rawInput"].toObject();
    PermissionRequest request;
    request.toolCallId = call[u"toolCallId"].toString();
    request.title = call[u"title"].toString();
    request.kind = call[u"kind"].toString();
    request.raw = call;
    request.cwd = firstText(input, {"cwd"_L1, "workdir"_L1, "working_directory"_L1});
    request.cwd = request.cwd.isEmpty() ? cwd : QDir::cleanPath(QDir(cwd).absoluteFilePath(request.cwd));
    request.paths = pathsOf(call, cwd);
    request.command = commandOf(input);
    const bool aboutFiles = !request.paths.isEmpty() && request.kind != u"execute";
    if (request.command.isEmpty() && call[u"rawInput"].isString())
        request.command = call[u"rawInput"].toString();
    if (request.command.isEmpty() && !aboutFiles) {
        request.command = request.title;
        request.commandIsTitle = true;
    }
    if (request.command.isEmpty() && request.kind == u"delete") // so that a gate for commands sees it as what it is
        request.command = u"rm -- "_s + shellQuoted(request.paths);
    return request;
}

PermissionOutcome permissionOutcome(PermissionAnswer answer, const QJsonArray& options)
{
    const auto optionOf = [&](QStringView kind) -> std::optional<QString> {
        for (const auto& option : options) {
            if (option[u"kind"].toString() == kind && option[u"optionId"].isString())
                return option[u"optionId"].toString();
        }
        return {};
    };
    const auto selected = [](const QString& id) {
        return QJsonObject{{u"outcome"_s, QJsonObject{{u"outcome"_s, u"selected"_s}, {u"optionId"_s, id}}}};
    };
    const QJsonObject cancelled{{u"outcome"_s, QJsonObject{{u"outcome"_s, u"cancelled"_s}}}};
    if (answer == PermissionAnswer::Cancelled)
        return {cancelled, {}};
    QString problem;
    if (answer == PermissionAnswer::Allow) {
        if (const auto id = optionOf(u"allow_once"))
            return {selected(*id), {}};
        problem = u"An allowed request was refused: the agent offers no way to allow it just once."_s;
    }
    if (const auto id = optionOf(u"reject_once"))
        return {selected(*id), problem};
    return {cancelled, problem.isEmpty() ? u"A refused request was answered “cancelled”: the agent offers no way to "
                                           "refuse it just once."_s
                                         : problem};
}

} // namespace switchyard::agent
