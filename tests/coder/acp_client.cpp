#include "acp_client.h"

#include <QCoro/QCoroFuture>
#include <QFile>
#include <QPromise>

namespace switchyard::testing {

struct AcpClient::Terminal {
    QProcess process;
    QByteArray output;
    QPromise<bool> ended;
    bool done = false;

    ~Terminal()
    {
        process.disconnect();
        process.kill();
        process.waitForFinished(2000);
        finish();
    }
    void finish()
    {
        if (std::exchange(done, true))
            return;
        ended.addResult(true);
        ended.finish();
    }
    QJsonObject exitStatus() const
    {
        const bool normal = process.exitStatus() == QProcess::NormalExit;
        return {{u"exitCode"_s, normal ? QJsonValue(process.exitCode()) : QJsonValue()},
                {u"signal"_s, normal ? QJsonValue() : QJsonValue(u"SIGKILL"_s)}};
    }
};

namespace {

rpc::Reply waitFor(QFuture<bool> ended, std::function<QJsonObject()> status)
{
    co_await ended;
    co_return status();
}

using Promises = QList<std::shared_ptr<QPromise<bool>>>;

rpc::Reply answerWhen(QFuture<bool> told, QJsonObject answer)
{
    co_await told;
    co_return answer;
}

//! An answer that is given with the others of the list.
rpc::Reply answerLater(Promises& open, const QJsonObject& answer)
{
    open << std::make_shared<QPromise<bool>>();
    open.last()->start();
    return answerWhen(open.last()->future(), answer);
}

void giveAnswers(Promises& open)
{
    for (const auto& one : std::exchange(open, {})) {
        one->addResult(true);
        one->finish();
    }
}

} // namespace

AcpClient::AcpClient(const QString& program, const QStringList& arguments, const QMap<QString, QString>& environment,
                     const QString& cwd)
    : m_cwd(cwd)
{
    auto variables = QProcessEnvironment::systemEnvironment();
    for (const auto& name : {u"ANTHROPIC_API_KEY"_s, u"OPENAI_API_KEY"_s, u"SWITCHYARD_SCRIPT_PACE_MS"_s})
        variables.remove(name);
    for (auto it = environment.begin(); it != environment.end(); ++it)
        variables.insert(it.key(), it.value());
    m_process.setProcessEnvironment(variables);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(program, arguments);
    if (!m_process.waitForStarted())
        qFatal("the agent cannot be started");
    m_peer = std::make_unique<rpc::Peer>(&m_process);
    serve();
}

AcpClient::~AcpClient()
{
    m_peer.reset();
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(5000))
        m_process.kill();
    m_process.waitForFinished(2000);
}

void AcpClient::serve()
{
    connect(m_peer.get(), &rpc::Peer::traffic, this, [this](bool, const QByteArray& line) { traffic << line; });
    m_peer->onNotification(u"session/update"_s,
                           [this](const QJsonObject& params) { updates << params[u"update"].toObject(); });
    m_peer->onRequest(u"session/request_permission"_s, [this](QJsonObject params) { return permission(params); });
    m_peer->onRequest(u"fs/read_text_file"_s, [this](QJsonObject params) {
        filesRead << params[u"path"].toString();
        QFile file(params[u"path"].toString());
        if (!file.open(QIODevice::ReadOnly))
            return rpc::ready(fail(ErrorCode::NotFound, u"no such file"_s));
        auto lines = QString::fromUtf8(file.readAll()).split(u'\n');
        lines = lines.mid(std::max(0, params[u"line"].toInt(1) - 1), params[u"limit"].toInt(-1));
        return rpc::ready(QJsonObject{{u"content"_s, lines.join(u'\n')}});
    });
    m_peer->onRequest(u"fs/write_text_file"_s, [this](QJsonObject params) {
        filesWritten << params[u"path"].toString();
        QFile file(params[u"path"].toString());
        if (!file.open(QIODevice::WriteOnly))
            return rpc::ready(fail(ErrorCode::Io, u"cannot be written"_s));
        file.write(params[u"content"].toString().toUtf8());
        return rpc::ready(QJsonObject());
    });
    m_peer->onRequest(u"_switchyard/ask_user"_s, [this](QJsonObject params) {
        if (!answer)
            return rpc::ready(fail(rpc::methodNotFound(u"_switchyard/ask_user"_s)));
        questions << params[u"question"].toString();
        return rpc::ready(QJsonObject{{u"answer"_s, answer(questions.last())}});
    });
    m_peer->onRequest(u"terminal/create"_s, [this](QJsonObject params) { return createTerminal(params); });
    m_peer->onRequest(u"terminal/output"_s, [this](QJsonObject params) {
        const auto terminal = m_terminals[params[u"terminalId"].toString()];
        QJsonObject result{{u"output"_s, QString::fromUtf8(terminal->output)}, {u"truncated"_s, false}};
        if (terminal->done)
            result.insert(u"exitStatus"_s, terminal->exitStatus());
        return rpc::ready(result);
    });
    m_peer->onRequest(u"terminal/wait_for_exit"_s, [this](QJsonObject params) {
        const auto terminal = m_terminals[params[u"terminalId"].toString()];
        return waitFor(terminal->ended.future(), [terminal] { return terminal->exitStatus(); });
    });
    m_peer->onRequest(u"terminal/kill"_s, [this](QJsonObject params) {
        killed << params[u"terminalId"].toString();
        m_terminals[killed.last()]->process.kill();
        return rpc::ready(QJsonObject());
    });
    m_peer->onRequest(u"terminal/release"_s, [this](QJsonObject params) {
        m_terminals[params[u"terminalId"].toString()]->process.kill();
        ++m_released;
        return rpc::ready(QJsonObject());
    });
}

rpc::Reply AcpClient::permission(QJsonObject params)
{
    permissions << params;
    asked << params[u"toolCall"][u"rawInput"][u"command"].toString();
    if (!answersPermissions)
        return answerLater(m_openPermissions, {{u"outcome"_s, QJsonObject{{u"outcome"_s, u"cancelled"_s}}}});
    const bool allowed = !allow || allow(asked.last());
    for (const auto& option : params[u"options"].toArray()) {
        if (option[u"kind"].toString() == (allowed ? u"allow_once"_s : u"reject_once"_s))
            return rpc::ready(QJsonObject{
                {u"outcome"_s, QJsonObject{{u"outcome"_s, u"selected"_s}, {u"optionId"_s, option[u"optionId"]}}}});
    }
    return rpc::ready(fail(ErrorCode::Internal, u"no fitting option"_s));
}

rpc::Reply AcpClient::createTerminal(QJsonObject params)
{
    created << params[u"command"].toString();
    const auto id = u"term-%1"_s.arg(created.size());
    auto terminal = std::make_shared<Terminal>();
    terminal->ended.start();
    terminal->process.setProcessChannelMode(QProcess::MergedChannels);
    terminal->process.setStandardInputFile(QProcess::nullDevice());
    terminal->process.setWorkingDirectory(params[u"cwd"].toString());
    auto* const raw = terminal.get();
    connect(&raw->process, &QProcess::readyRead, this, [raw] { raw->output += raw->process.readAll(); });
    connect(&raw->process, &QProcess::finished, this, [raw] { raw->finish(); });
    terminal->process.start(u"bash"_s, {u"-c"_s, created.last()});
    m_terminals.emplace(id, terminal);
    const QJsonObject named{{u"terminalId"_s, id}};
    return answersTerminals ? rpc::ready(named) : answerLater(m_openTerminals, named);
}

QCoro::Task<Result<QJsonValue>> AcpClient::initialize()
{
    return m_peer->call(
        u"initialize"_s,
        {{u"protocolVersion"_s, 1},
         {u"clientCapabilities"_s,
          QJsonObject{{u"fs"_s, QJsonObject{{u"readTextFile"_s, offersFiles}, {u"writeTextFile"_s, offersFiles}}},
                      {u"terminal"_s, offersTerminals},
                      {u"session"_s, QJsonObject{{u"notices"_s, QJsonObject()}}}}},
         {u"clientInfo"_s, QJsonObject{{u"name"_s, u"test"_s}, {u"version"_s, u"1"_s}}}});
}

QCoro::Task<Result<QJsonValue>> AcpClient::newSession(QJsonObject meta)
{
    QJsonObject params{{u"cwd"_s, m_cwd}, {u"mcpServers"_s, QJsonArray()}};
    if (!meta.isEmpty())
        params.insert(u"_meta"_s, QJsonObject{{u"switchyard"_s, meta}});
    auto result = co_await m_peer->call(u"session/new"_s, params);
    if (result)
        sessionId = (*result)[u"sessionId"].toString();
    co_return result;
}

QCoro::Task<Result<QJsonValue>> AcpClient::prompt(QString text)
{
    return m_peer->call(u"session/prompt"_s,
                        {{u"sessionId"_s, sessionId},
                         {u"prompt"_s, QJsonArray{QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, text}}}}},
                        milliseconds(0));
}

QCoro::Task<Result<QJsonValue>> AcpClient::call(QString method, QJsonObject params)
{
    return m_peer->call(method, params);
}

void AcpClient::cancel()
{
    m_peer->notify(u"session/cancel"_s, {{u"sessionId"_s, sessionId}});
    giveAnswers(m_openPermissions);
}

void AcpClient::tellTerminals()
{
    giveAnswers(m_openTerminals);
}

QJsonObject AcpClient::of(const QString& sessionUpdate, int index) const
{
    QList<QJsonObject> found;
    for (const auto& update : updates) {
        if (update[u"sessionUpdate"].toString() == sessionUpdate)
            found << update;
    }
    const auto at = index < 0 ? found.size() + index : index;
    return found.value(at);
}

int AcpClient::count(const QString& sessionUpdate) const
{
    return int(std::ranges::count_if(
        updates, [&](const auto& update) { return update[u"sessionUpdate"].toString() == sessionUpdate; }));
}

QString AcpClient::text(const QString& sessionUpdate) const
{
    QString joined;
    for (const auto& update : updates) {
        if (update[u"sessionUpdate"].toString() == sessionUpdate)
            joined += update[u"content"][u"text"].toString();
    }
    return joined;
}

QJsonObject AcpClient::switchyardMeta() const
{
    return of(u"usage_update"_s, -1)[u"_meta"][u"switchyard"].toObject();
}

int AcpClient::openTerminals() const
{
    return int(created.size()) - m_released;
}

} // namespace switchyard::testing
