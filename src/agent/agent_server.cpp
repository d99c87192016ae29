#include "agent/agent_server.h"

#include "base/json.h"

#include <QFile>
#include <QRegularExpression>

static void initPresets()
{
    Q_INIT_RESOURCE(agent_presets);
}

namespace switchyard::agent {

namespace {

constexpr auto serversKey = "agent_servers"_L1;
constexpr auto builtinName = "builtin"_L1;

bool isVariable(const QString& name)
{
    static const QRegularExpression pattern(u"^[A-Za-z_][A-Za-z0-9_]*$"_s);
    return pattern.match(name).hasMatch();
}

bool looksSecret(const QString& variable, const QString& value)
{
    static const QRegularExpression pattern(u"(KEY|TOKEN|SECRET|PASSWORD)$"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    return !value.isEmpty() && !value.contains(u"${random}"_s) && pattern.match(variable).hasMatch();
}

QMap<QString, QString> readVariables(JsonReader& reader, QLatin1StringView key)
{
    QMap<QString, QString> variables;
    const auto object = reader.object(key);
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!isVariable(it.key()))
            reader.reject(key, u"“%1” is not the name of a variable"_s.arg(it.key()));
        else if (!it->isString())
            reader.reject(key, u"“%1” needs a text"_s.arg(it.key()));
        else
            variables.insert(it.key(), it->toString());
    }
    return variables;
}

QJsonObject toObject(const QMap<QString, QString>& variables)
{
    QJsonObject object;
    for (auto it = variables.begin(); it != variables.end(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

Result<> checkKeys(const QString& where, const QJsonObject& json)
{
    static const QStringList known{u"title"_s,       u"command"_s,           u"args"_s,         u"env"_s,
                                   u"secrets"_s,     u"inherit"_s,           u"mode"_s,         u"install"_s,
                                   u"file_system"_s, u"terminal"_s,          u"session_meta"_s, u"login"_s,
                                   u"version"_s,     u"auth_method"_s,       u"private_tmp"_s,  u"leaves_folders"_s,
                                   u"verified"_s,    u"instructions_path"_s, u"provider"_s,     u"own_files"_s,
                                   u"acting_files"_s};
    for (auto it = json.begin(); it != json.end(); ++it) {
        if (!known.contains(it.key()))
            return fail(ErrorCode::Invalid, u"%1.%2: there is no such setting."_s.arg(where, it.key()),
                        u"Known settings: %1."_s.arg(known.join(u", "_s)));
    }
    return {};
}

//! What the user says wins; variables are joined one by one.
QJsonObject merged(const QJsonObject& preset, const QJsonObject& users)
{
    auto result = preset;
    if (users.contains(u"command")) { // another program: neither its arguments nor the mark are known to fit
        result.remove(u"args"_s);
        result.remove(u"verified"_s);
    }
    for (auto it = users.begin(); it != users.end(); ++it) {
        const bool variables = it.key() == u"env" || it.key() == u"secrets";
        if (variables && it->isObject()) {
            auto both = preset[it.key()].toObject();
            const auto added = it->toObject();
            for (auto variable = added.begin(); variable != added.end(); ++variable)
                both.insert(variable.key(), variable.value());
            result.insert(it.key(), both);
        } else if (it.key() != u"verified") { // earned in the conformance run, not claimed
            result.insert(it.key(), it.value());
        }
    }
    return result;
}

QJsonObject presets()
{
    initPresets();
    QFile file(u":/agents/presets.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the presets of the agents are missing from this program");
    const auto json = parseObject(file.readAll(), u"The presets"_s);
    if (!json)
        qFatal("the presets of the agents cannot be read: %s", qUtf8Printable(json.error().message));
    return (*json)[serversKey].toObject();
}

Result<QJsonObject> usersServers(const QString& file)
{
    if (file.isEmpty() || !QFile::exists(file))
        return QJsonObject();
    SY_TRY_ASSIGN(const auto json, readJsonFile(file));
    const auto servers = json[serversKey];
    if (!servers.isUndefined() && !servers.isObject())
        return fail(ErrorCode::Invalid, u"%1: “agent_servers” must be an object."_s.arg(file),
                    u"Write {\"agent_servers\": {\"name\": {\"command\": \"…\", \"args\": []}}}."_s);
    return servers.toObject();
}

} // namespace

QJsonObject AgentServer::toJson() const
{
    return {{u"title"_s, title},
            {u"command"_s, command},
            {u"args"_s, QJsonArray::fromStringList(arguments)},
            {u"env"_s, toObject(environment)},
            {u"secrets"_s, toObject(secrets)},
            {u"inherit"_s, QJsonArray::fromStringList(inherited)},
            {u"file_system"_s, offersFileSystem},
            {u"terminal"_s, offersTerminal},
            {u"session_meta"_s, sessionMeta},
            {u"mode"_s, mode},
            {u"auth_method"_s, authMethod},
            {u"install"_s, install},
            {u"login"_s, login},
            {u"version"_s, version},
            {u"private_tmp"_s, privateTmp},
            {u"leaves_folders"_s, QJsonArray::fromStringList(leavesFolders)},
            {u"own_files"_s, QJsonArray::fromStringList(ownFiles)},
            {u"acting_files"_s, QJsonArray::fromStringList(actingFiles)},
            {u"verified"_s, verified},
            {u"instructions_path"_s, QJsonArray::fromStringList(instructionsPath)},
            {u"provider"_s, provider}};
}

QStringList AgentServer::resolved(const QStringList& paths, const QProcessEnvironment& variables, const QString& home)
{
    static const QRegularExpression variable(u"\\$\\{([A-Za-z_][A-Za-z0-9_]*):-([^}]*)\\}"_s);
    QStringList result;
    for (auto path : paths) {
        for (auto match = variable.match(path); match.hasMatch(); match = variable.match(path)) {
            const auto value = variables.value(match.captured(1));
            path.replace(match.capturedStart(), match.capturedLength(), value.isEmpty() ? match.captured(2) : value);
        }
        if (path.startsWith(u"~/"))
            path.replace(0, 1, home);
        if (path.startsWith(u'/') && path != u"/")
            result << path;
    }
    return result;
}

Result<AgentServer> AgentServer::fromJson(const QString& name, const QJsonObject& json)
{
    static const QRegularExpression namePattern(u"^[a-z0-9][a-z0-9._-]{0,39}$"_s);
    if (!namePattern.match(name).hasMatch())
        return fail(ErrorCode::Invalid, u"“%1” cannot name an agent."_s.arg(name.left(60)),
                    u"Use up to 40 lower-case letters, digits, dots, dashes and underscores."_s);
    const auto where = serversKey + u'.' + name;
    SY_TRY(checkKeys(where, json));
    JsonReader reader(json, where);
    AgentServer server;
    server.name = name;
    server.title = reader.text("title"_L1, name);
    server.command = reader.text("command"_L1, {});
    server.arguments = reader.texts("args"_L1);
    server.environment = readVariables(reader, "env"_L1);
    server.secrets = readVariables(reader, "secrets"_L1);
    server.inherited = reader.texts("inherit"_L1);
    server.offersFileSystem = reader.boolean("file_system"_L1, false);
    server.offersTerminal = reader.boolean("terminal"_L1, false);
    server.sessionMeta = reader.object("session_meta"_L1);
    server.mode = reader.text("mode"_L1, {});
    server.authMethod = reader.text("auth_method"_L1, {});
    server.install = reader.text("install"_L1, {});
    server.login = reader.text("login"_L1, {});
    server.version = reader.text("version"_L1, {});
    server.privateTmp = reader.boolean("private_tmp"_L1, false);
    server.leavesFolders = reader.texts("leaves_folders"_L1);
    server.ownFiles = reader.texts("own_files"_L1);
    server.actingFiles = reader.texts("acting_files"_L1);
    server.verified = reader.boolean("verified"_L1, false);
    server.instructionsPath = reader.texts("instructions_path"_L1);
    server.provider = reader.text("provider"_L1, {});
    for (auto it = server.environment.begin(); it != server.environment.end(); ++it) {
        if (looksSecret(it.key(), it.value()))
            reader.reject("env"_L1,
                          u"“%1” looks like a secret; put it in the keyring and name the entry in \"secrets\": "
                          "{\"%1\": \"keyring:%2\"}"_s.arg(it.key(), name));
    }
    for (auto it = server.secrets.begin(); it != server.secrets.end(); ++it) {
        if (!it.value().startsWith("keyring:"_L1) || it.value().size() <= 8)
            reader.reject("secrets"_L1,
                          u"“%1” must name an entry of the keyring, as “keyring:%2”"_s.arg(it.key(), name));
    }
    for (const auto& folder : std::as_const(server.leavesFolders)) {
        if (folder.isEmpty() || folder.contains(u'/') || folder == u"..")
            reader.reject("leaves_folders"_L1, u"“%1” is not a plain name"_s.arg(folder));
    }
    const auto checkPaths = [&](QLatin1StringView key, const QStringList& paths) {
        for (const auto& path : paths) {
            const bool plain = path.startsWith(u"~/") || path.startsWith(u'/') || path.startsWith(u"${");
            if (!plain || path.size() < 3 || path.split(u'/').contains(u".."_s))
                reader.reject(key, u"“%1” must begin with ~/, / or a variable and must not climb"_s.arg(path));
        }
    };
    checkPaths("own_files"_L1, server.ownFiles);
    checkPaths("acting_files"_L1, server.actingFiles);
    if (server.command.isEmpty() != (name == builtinName))
        reader.reject("command"_L1, name == builtinName ? u"the built-in agent is this program itself"_s
                                                        : u"the agent's program is missing"_s);
    SY_TRY(reader.finish());
    return server;
}

Result<AgentRegistry> AgentRegistry::load(const QString& agentsFile)
{
    const auto known = presets();
    SY_TRY_ASSIGN(const auto users, usersServers(agentsFile));
    AgentRegistry registry;
    for (auto it = users.begin(); it != users.end(); ++it) {
        if (!it->isObject())
            return fail(ErrorCode::Invalid, u"%1: agent_servers.%2 must be an object."_s.arg(agentsFile, it.key()));
        auto server = AgentServer::fromJson(it.key(), merged(known[it.key()].toObject(), it->toObject()));
        if (!server)
            return fail(server.error().code, agentsFile + u": "_s + server.error().message, server.error().hint);
        registry.m_servers.append(std::move(*server));
    }
    // In the order of usefulness, not of the alphabet.
    for (const auto& name : {u"builtin"_s, u"claude"_s, u"codex"_s, u"gemini"_s, u"opencode"_s, u"goose"_s}) {
        if (users.contains(name))
            continue;
        SY_TRY_ASSIGN(auto server, AgentServer::fromJson(name, known[name].toObject()));
        registry.m_servers.append(std::move(server));
    }
    return registry;
}

Result<> AgentRegistry::put(const QString& agentsFile, const QString& name, const QJsonObject& entry)
{
    const auto server = AgentServer::fromJson(name, merged(presets()[name].toObject(), entry));
    if (!server)
        return fail(server.error());
    QJsonObject file;
    if (QFile::exists(agentsFile)) {
        SY_TRY_ASSIGN(file, readJsonFile(agentsFile));
    }
    SY_TRY_ASSIGN(auto servers, usersServers(agentsFile));
    servers.insert(name, entry);
    file.insert(serversKey, servers);
    return writeFileAtomically(agentsFile, QJsonDocument(file).toJson());
}

Result<> AgentRegistry::remove(const QString& agentsFile, const QString& name)
{
    SY_TRY_ASSIGN(auto servers, usersServers(agentsFile));
    if (!servers.contains(name))
        return fail(ErrorCode::NotFound, u"agents.json has no entry “%1”."_s.arg(name.left(60)),
                    presets().contains(name) ? u"It is a preset: those stay."_s : QString());
    SY_TRY_ASSIGN(auto file, readJsonFile(agentsFile));
    servers.remove(name);
    file.insert(serversKey, servers);
    return writeFileAtomically(agentsFile, QJsonDocument(file).toJson());
}

Result<AgentServer> AgentRegistry::find(const QString& name) const
{
    QStringList names;
    for (const auto& server : m_servers) {
        if (server.name == name)
            return server;
        names << server.name;
    }
    return fail(ErrorCode::NotFound, u"There is no agent “%1”."_s.arg(name.left(60)),
                u"Known agents: %1. Others can be added in agents.json."_s.arg(names.join(u", "_s)));
}

} // namespace switchyard::agent
