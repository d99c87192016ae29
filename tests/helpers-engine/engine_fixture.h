#pragma once

#include "base/lock.h"
#include "client/engine_client.h"
#include "support/test_support.h"

#include <QDeadlineTimer>

#include <csignal>

namespace switchyard::testing {

//! Folders of its own, and the real engine (started on demand by the client) over scripted runners. What is left
//! running at the end is ended, by pid.
class EngineFixture
{
public:
    TestRoot root;
    client::EngineClient client{root.paths, options()};
    QList<Event> events; //!< everything heard since follow()

    EngineFixture()
    {
        QFile settings(root.paths.settings());
        if (settings.open(QIODevice::WriteOnly))
            settings.write("[engine]\nleast_free_bytes=0\nretry_pause_ms=10\nattempts=1\n");
        QDir().mkpath(project());
    }
    ~EngineFixture()
    {
        killEngine();
        for (const auto pid : runnerPids())
            ::kill(pid_t(pid), SIGKILL);
    }

    static client::EngineClient::Options options(bool start = true)
    {
        return {.startEngine = start, .engineProgram = QStringLiteral(FAKESWY), .name = QStringLiteral("test")};
    }
    QString project() const { return root.path(QStringLiteral("project")); }

    void connect() { QVERIFY2(await(client.connectToEngine()), "no connection"); }
    void follow()
    {
        QObject::connect(&client, &client::EngineClient::eventReceived, &m_context,
                         [this](const Event& event) { events << event; });
        QVERIFY(await(client.subscribe(0)));
    }

    TaskSpec spec(const QString& script) const
    {
        TaskSpec spec;
        spec.kind = TaskKind::Shell;
        spec.goal = script;
        spec.project = project();
        spec.isolation = Isolation::InPlace;
        return spec;
    }
    Task create(const QString& script, Priority priority = Priority::Normal)
    {
        auto wanted = spec(script);
        wanted.priority = priority;
        const auto task = await(client.createTask(wanted));
        if (!task)
            qFatal("task.create: %s", qPrintable(describe(task.error())));
        return *task;
    }
    Task get(const TaskId& id)
    {
        const auto task = await(client.getTask(id));
        return task ? *task : Task();
    }
    TaskStatus status(const TaskId& id) { return get(id).status; }

    qint64 enginePid() const
    {
        return FileLock::isHeld(root.paths.engineLock()) ? readFile(root.paths.engineLock()).trimmed().toLongLong() : 0;
    }
    //! As a crash would: without a word to anybody.
    void killEngine()
    {
        const auto pid = enginePid();
        if (pid > 0)
            ::kill(pid_t(pid), SIGKILL);
        const QDeadlineTimer limit(patience);
        while (FileLock::isHeld(root.paths.engineLock())) {
            if (limit.hasExpired())
                qFatal("the killed engine still holds its lock");
            QThread::msleep(1);
        }
    }
    QList<qint64> runnerPids() const
    {
        QList<qint64> pids;
        for (const auto& entry : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
            const auto pid = entry.toLongLong();
            if (pid > 0 && readFile(QStringLiteral("/proc/%1/cmdline").arg(pid)).contains("--attempt") &&
                readFile(QStringLiteral("/proc/%1/environ").arg(pid))
                    .contains("SWITCHYARD_ROOT=" + root.path().toUtf8() + '\0'))
                pids << pid;
        }
        return pids;
    }
    int starts(const TaskId& id, int attempt = 1) const
    {
        return int(readFile(root.paths.attempt(id, attempt) + QStringLiteral("/starts")).size());
    }
    //! Every attempt's events came in order, without gaps, once; returns how many came of this task.
    int gapless(const TaskId& id) const
    {
        QHash<int, qint64> newest;
        qint64 position = 0;
        int count = 0;
        for (const auto& event : events) {
            if (event.position <= position)
                qWarning("position %lld after %lld", event.position, position);
            if (event.position <= position || (event.task == id && event.seq != newest.value(event.attempt) + 1))
                return -1;
            position = event.position;
            if (event.task == id) {
                newest[event.attempt] = event.seq;
                ++count;
            }
        }
        return count;
    }

private:
    QObject m_context;
};

} // namespace switchyard::testing
