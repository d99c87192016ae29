#pragma once

#include "agent/session.h"
#include "support/test_support.h"

#include <QCoro/QCoroFuture>
#include <QPromise>
#include <QSignalSpy>

namespace switchyard::testing {

using namespace switchyard::agent;

//! A host in memory: answers as told and remembers what it was asked.
class FakeHost : public AgentHost
{
public:
    FakeHost() { m_never.start(); }
    std::function<PermissionAnswer(const PermissionRequest&)> policy = [](const PermissionRequest&) {
        return PermissionAnswer::Allow;
    };
    bool silent = false; //!< permissions stay unanswered
    QList<PermissionRequest> asked;
    QStringList withdrawn;
    QMap<QString, QString> files;
    QList<TerminalRequest> terminals;
    std::optional<Error> refuseTerminals;
    TerminalOutput output;
    QStringList calls; //!< "kill t1"…
    QStringList questions;

    QCoro::Task<PermissionAnswer> requestPermission(PermissionRequest request) override
    {
        asked << request;
        if (silent) {
            co_await m_never.future(); // ends with this object, which is not touched after that
            co_return PermissionAnswer::Allow;
        }
        co_return policy(request);
    }
    Result<QString> readTextFile(const QString& path, int line, int limit) override
    {
        calls << u"read %1 %2 %3"_s.arg(path).arg(line).arg(limit);
        if (!files.contains(path))
            return fail(ErrorCode::NotFound, u"%1 does not exist."_s.arg(path));
        return files[path];
    }
    Result<> writeTextFile(const QString& path, const QString& text) override
    {
        if (path.startsWith(u"/outside"))
            return fail(ErrorCode::Forbidden, u"%1 lies outside."_s.arg(path));
        files[path] = text;
        return {};
    }
    QCoro::Task<Result<QString>> createTerminal(TerminalRequest request) override
    {
        if (refuseTerminals)
            co_return fail(Error(*refuseTerminals));
        terminals << request;
        co_return u"t%1"_s.arg(terminals.size());
    }
    Result<TerminalOutput> terminalOutput(const QString& terminal) override
    {
        calls << u"output "_s + terminal;
        return output;
    }
    QCoro::Task<Result<TerminalOutput>> waitForExit(QString terminal) override
    {
        calls << u"wait "_s + terminal;
        if (silent) {
            co_await m_never.future();
            co_return TerminalOutput{};
        }
        co_return Result<TerminalOutput>(output); // not "output": QCoro would move it out
    }
    Result<> killTerminal(const QString& terminal) override
    {
        calls << u"kill "_s + terminal;
        return {};
    }
    Result<> releaseTerminal(const QString& terminal) override
    {
        calls << u"release "_s + terminal;
        return {};
    }
    QCoro::Task<Result<QString>> askUser(QString question, QStringList options) override
    {
        questions << question + u": "_s + options.join(u'|');
        co_return options.value(0);
    }
    void permissionWithdrawn(const QString& toolCallId) override { withdrawn << toolCallId; }

private:
    QPromise<void> m_never;
};

//! A session with the scripted agent.
class ScriptedSession
{
public:
    explicit ScriptedSession(const QByteArray& script, SessionLimits limits = {}) : ScriptedSession(limits)
    {
        if (!QJsonDocument::fromJson(script).isObject())
            qFatal("the script of the test is no JSON: %s", script.constData());
        writeFile(root.path(u"script.json"_s), script);
        server.arguments = QStringList{root.path(u"script.json"_s), recordFile()};
    }
    static std::unique_ptr<ScriptedSession> replaying(const QString& capture)
    {
        auto session = std::unique_ptr<ScriptedSession>(new ScriptedSession(SessionLimits{}));
        session->server.arguments = QStringList{u"--replay"_s, capture, session->recordFile(), session->folder()};
        return session;
    }
    ~ScriptedSession()
    {
        if (session && session->isRunning()) {
            session->stop();
            if (!QTest::qWaitFor([this] { return endings == 1; }, 20000))
                qFatal("the scripted agent cannot be stopped");
        }
    }

    AcpSession& make()
    {
        session = std::make_unique<AcpSession>(server, host, m_limits);
        QObject::connect(session.get(), &AcpSession::update, &m_context,
                         [this](const QJsonObject& u) { updates << u; });
        QObject::connect(session.get(), &AcpSession::problem, &m_context, [this](const QString& t) { problems << t; });
        QObject::connect(session.get(), &AcpSession::errorLine, &m_context,
                         [this](const QByteArray& l) { errors << l; });
        QObject::connect(session.get(), &AcpSession::ended, &m_context, [this](const QString& how, bool orderly) {
            ++endings;
            endedHow = how;
            endedOrderly = orderly;
        });
        return *session;
    }
    Result<AcpSession::Started> start(SessionRequest request = {})
    {
        request.cwd = folder();
        return await(make().start(request), std::chrono::seconds(60));
    }
    Result<TurnEnd> prompt(const QString& text = u"go"_s)
    {
        return await(session->prompt(text), std::chrono::seconds(60));
    }
    //! Waits for the end.
    bool stop()
    {
        session->stop();
        return QTest::qWaitFor([this] { return endings == 1; }, 20000);
    }

    QString folder() const
    {
        QDir().mkpath(root.path(u"ws"_s));
        return root.path(u"ws"_s);
    }
    QString recordFile() const { return root.path(u"record.ndjson"_s); }
    //! What the agent got, in order; of one method if named. Answers have the method "".
    QList<QJsonObject> received(const QString& method = u"*"_s) const
    {
        QList<QJsonObject> messages;
        for (const auto& line : readFile(recordFile()).split('\n')) {
            const auto message = QJsonDocument::fromJson(line).object();
            if (!message.isEmpty() && (method == u"*" || message[u"method"].toString() == method))
                messages << message;
        }
        return messages;
    }
    QList<QJsonObject> answers() const { return received(QString()); }

    TestRoot root;
    FakeHost host;
    AgentServer server;
    std::unique_ptr<AcpSession> session;
    QList<QJsonObject> updates;
    QStringList problems;
    QByteArrayList errors;
    int endings = 0;
    QString endedHow;
    bool endedOrderly = false;

private:
    explicit ScriptedSession(SessionLimits limits) : m_limits(limits)
    {
        server.name = u"scripted"_s;
        server.title = u"Scripted"_s;
        server.command = QStringLiteral(ACP_PEER);
    }
    SessionLimits m_limits;
    QObject m_context;
};

} // namespace switchyard::testing
