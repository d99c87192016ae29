// What the built-in agent costs: time to its first answer, memory after a long turn, updates per second.
//
//     bench_coder [PROGRAM ARGUMENT…]     (without: `swy agent` of SWITCHYARD_BIN_DIR; --model is added)
#include "rpc/peer.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <cstdio>

using namespace switchyard;

namespace {

constexpr int starts = 20;
constexpr int iterations = 50;
constexpr int resultBytes = 100'000; //!< of each; 5 MB in all

QJsonObject call(const QString& name, const QJsonObject& input)
{
    return {{u"tool_calls"_s, QJsonArray{QJsonObject{{u"name"_s, name}, {u"input"_s, input}}}}};
}

void write(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s cannot be written", qPrintable(path));
}

//! Kilobytes of a field of /proc/PID/smaps_rollup or status; 0 if unreadable.
qint64 kilobytes(qint64 pid, const QString& file, const QByteArray& field)
{
    QFile proc(u"/proc/%1/%2"_s.arg(pid).arg(file));
    if (!proc.open(QIODevice::ReadOnly))
        return 0;
    for (const auto& line : proc.readAll().split('\n')) {
        if (line.startsWith(field))
            return line.sliced(field.size()).simplified().split(' ').first().toLongLong();
    }
    return 0;
}

//! An agent process and the little of a client that these measurements need.
struct Agent {
    QProcess process;
    std::unique_ptr<rpc::Peer> peer;
    QString cwd;
    qint64 updates = 0;

    Agent(const QStringList& command, const QString& model, const QString& folder) : cwd(folder)
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"SWITCHYARD_SCRIPT_PACE_MS"_s, u"0"_s);
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(command.first(), command.sliced(1) + QStringList{u"--model"_s, model});
        if (!process.waitForStarted())
            qFatal("%s cannot be started", qPrintable(command.first()));
        peer = std::make_unique<rpc::Peer>(&process);
        peer->onNotification(u"session/update"_s, [this](const QJsonObject&) { ++updates; });
        peer->onRequest(u"session/request_permission"_s, [](QJsonObject) {
            return rpc::ready(QJsonObject{
                {u"outcome"_s, QJsonObject{{u"outcome"_s, u"selected"_s}, {u"optionId"_s, u"allow_once"_s}}}});
        });
    }
    ~Agent()
    {
        peer.reset();
        process.closeWriteChannel();
        process.waitForFinished(5000);
    }
    QJsonValue ask(const QString& method, const QJsonObject& params)
    {
        const auto answer = QCoro::waitFor(peer->call(method, params, milliseconds(0)));
        if (!answer)
            qFatal("%s: %s", qPrintable(method), qPrintable(answer.error().message));
        return *answer;
    }
    QString open()
    {
        ask(u"initialize"_s, {{u"protocolVersion"_s, 1}, {u"clientCapabilities"_s, QJsonObject()}});
        return ask(u"session/new"_s, {{u"cwd"_s, cwd}, {u"mcpServers"_s, QJsonArray()}})[u"sessionId"].toString();
    }
    void prompt(const QString& session)
    {
        const QJsonObject block{{u"type"_s, u"text"_s}, {u"text"_s, u"Go."_s}};
        ask(u"session/prompt"_s, {{u"sessionId"_s, session}, {u"prompt"_s, QJsonArray{block}}});
    }
};

void measureStart(const QStringList& command, const QString& folder)
{
    QList<double> times;
    for (int i = 0; i < starts; ++i) {
        QElapsedTimer clock;
        clock.start();
        Agent agent(command, u"script:demo"_s, folder);
        agent.open();
        times << double(clock.nsecsElapsed()) / 1e6;
    }
    std::ranges::sort(times);
    std::printf("start to open session: median %.1f ms, worst of %d %.1f ms\n", times[starts / 2], starts,
                times.last());
}

void measureMemory(const QStringList& command, const QString& folder, const QString& script)
{
    QJsonArray turns;
    for (int i = 0; i + 1 < iterations; ++i)
        turns.append(call(u"run_command"_s,
                          {{u"command"_s, u"head -c %1 /dev/zero | tr '\\0' x | fold -w 99"_s.arg(resultBytes)}}));
    turns.append(call(u"finish"_s, {{u"summary"_s, u"Done."_s}}));
    write(script, QJsonDocument(QJsonObject{{u"turns"_s, turns}}).toJson());
    Agent agent(command, u"script:"_s + script, folder);
    const auto session = agent.open();
    const auto pid = agent.process.processId();
    const auto before = kilobytes(pid, u"status"_s, "VmRSS:");
    QElapsedTimer clock;
    clock.start();
    agent.prompt(session);
    std::printf("%d steps with %d kB of results: %lld ms, RSS %lld → %lld kB, PSS %lld kB\n", iterations,
                iterations * resultBytes / 1000, clock.elapsed(), before, kilobytes(pid, u"status"_s, "VmRSS:"),
                kilobytes(pid, u"smaps_rollup"_s, "Pss:"));
}

void measureUpdates(const QStringList& command, const QString& folder, const QString& script)
{
    constexpr int calls = 300; // each brings four updates
    QJsonArray turns;
    for (int i = 0; i < calls; ++i)
        turns.append(call(u"list_files"_s, {}));
    turns.append(QJsonObject{{u"text"_s, u"Done."_s}});
    write(script, QJsonDocument(QJsonObject{{u"turns"_s, turns}}).toJson());
    Agent agent(command, u"script:"_s + script, folder);
    const auto session = agent.open();
    agent.ask(u"_switchyard/set_limits"_s, {{u"sessionId"_s, session}, {u"iterations"_s, calls + 1}});
    QElapsedTimer clock;
    clock.start();
    agent.prompt(session);
    std::printf("%lld updates in %lld ms\n", agent.updates, clock.elapsed());
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    auto command = app.arguments().sliced(1);
    if (const auto folder = qEnvironmentVariable("SWITCHYARD_BIN_DIR"); command.isEmpty() && !folder.isEmpty())
        command = {folder + u"/swy"_s, u"agent"_s};
    if (command.isEmpty()) {
        std::fputs("usage: bench_coder PROGRAM [ARGUMENT…], or SWITCHYARD_BIN_DIR set\n", stderr);
        return 2;
    }
    const QTemporaryDir folder;
    const QTemporaryDir scripts;
    measureStart(command, folder.path());
    measureMemory(command, folder.path(), scripts.filePath(u"memory.json"_s));
    measureUpdates(command, folder.path(), scripts.filePath(u"updates.json"_s));
    return 0;
}
