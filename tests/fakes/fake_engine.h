#pragma once

#include "base/paths.h"
#include "model/diff.h"
#include "model/statistics.h"
#include "model/task.h"
#include "rpc/peer.h"

#include <QJsonArray>
#include <QLocalServer>
#include <QLocalSocket>

namespace switchyard::testing {

//! An engine in memory: serves docs/protocols.md on the engine socket with tasks made of events, so that windows and
//! clients can be tested without runners. What a test wants to happen it emits as events; what was asked of the engine
//! is written down in `calls`.
class FakeEngine : public QObject
{
    Q_OBJECT
public:
    struct Call {
        QString method;
        QJsonObject params;
    };

    explicit FakeEngine(Paths paths, QObject* parent = nullptr);
    ~FakeEngine() override;

    bool listen();
    //! Closes the door and every connection, as an engine that was killed; listen() opens it again.
    void vanish();

    //! A new task that is queued.
    TaskId add(TaskSpec spec);
    //! Another event of the task: applied, numbered, sent to every subscriber.
    //! `at`: not now, but then.
    void emitEvent(const TaskId& id, const QString& kind, const QJsonObject& data, UtcTime at = {});
    void setStatus(const TaskId& id, TaskStatus to, const QString& reason = {});
    Confirmation ask(const TaskId& id, const QString& command, const QStringList& reasons,
                     const QStringList& impact = {}, milliseconds wait = std::chrono::minutes(5));
    const Task& task(const TaskId& id) const { return m_tasks.find(id).value(); }
    int count(const QString& method) const;
    const Call* last(const QString& method) const;

    QString code = u"2468"_s;      //!< empty: none is set
    QHash<QString, Error> failing; //!< methods that fail, with what
    QHash<TaskId, Diff> diffs;
    QList<GrantOffer> offers;    //!< of what ask() asks
    QHash<TaskId, QString> logs; //!< path of a task's output
    QJsonArray agents{QJsonObject{{u"name"_s, u"builtin"_s}, {u"title"_s, u"Built-in"_s}, {u"available"_s, true}},
                      QJsonObject{{u"name"_s, u"claude"_s},
                                  {u"title"_s, u"Claude Code"_s},
                                  {u"available"_s, false},
                                  {u"why"_s, u"the program claude is not installed"_s}}};
    Statistics statistics; //!< what stats.get answers
    QJsonObject settings{{u"slots"_s, 3},
                         {u"attempts"_s, 3},
                         {u"budget_usd_per_day"_s, 20},
                         {u"sandbox"_s, u"standard"_s},
                         {u"command_sandbox"_s, u"off"_s},
                         {u"network"_s, u"on"_s},
                         {u"keep_days"_s, 30},
                         {u"keep_bytes"_s, qint64(20) << 30},
                         {u"least_free_bytes"_s, qint64(1) << 30},
                         {u"least_free_memory_bytes"_s, qint64(256) << 20}};
    QJsonObject probe; //!< what agent.probe answers
    QJsonObject sandbox{
        {u"works"_s, true},
        {u"defaults"_s, QJsonObject{{u"agent"_s, u"standard"_s}, {u"command"_s, u"off"_s}, {u"network"_s, u"on"_s}}}};
    QJsonArray recoveryPoints; //!< of every task
    bool repository = true;    //!< what project.check says
    int slots_ = 3;
    QList<Call> calls;

private:
    struct Door {
        QLocalSocket* socket;
        rpc::Peer* peer;
        bool subscribed = false;
    };
    void accept();
    Result<QJsonValue> serve(Door& door, const QString& method, const QJsonObject& params);
    Result<QJsonValue> serveTask(const QString& method, const QJsonObject& params);
    Result<QJsonValue> answerConfirmation(const QJsonObject& params);
    Result<QJsonValue> readLog(const QJsonObject& params);
    QJsonObject status() const;
    QList<Task> newestFirst() const;

    const Paths m_paths;
    std::unique_ptr<QLocalServer> m_server;
    std::vector<std::unique_ptr<Door>> m_doors;
    QHash<TaskId, Task> m_tasks;
    QList<Event> m_events;
    QHash<QString, int> m_tries;
    qint64 m_position = 0;
    bool m_held = false;
};

} // namespace switchyard::testing
