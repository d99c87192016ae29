#include "fakes/fake_engine.h"

#include <QFile>

#include <algorithm>

namespace switchyard::testing {

FakeEngine::FakeEngine(Paths paths, QObject* parent) : QObject(parent), m_paths(std::move(paths)) {}
FakeEngine::~FakeEngine()
{
    vanish();
}

bool FakeEngine::listen()
{
    QLocalServer::removeServer(m_paths.engineSocket());
    m_server = std::make_unique<QLocalServer>();
    connect(m_server.get(), &QLocalServer::newConnection, this, &FakeEngine::accept);
    return m_server->listen(m_paths.engineSocket());
}

void FakeEngine::vanish()
{
    m_server.reset();
    for (const auto& door : m_doors) {
        door->peer->disconnect(this);
        door->peer->deleteLater();
        door->socket->abort();
        door->socket->deleteLater();
    }
    m_doors.clear();
}

void FakeEngine::accept()
{
    while (auto* const socket = m_server->nextPendingConnection()) {
        auto* const peer = new rpc::Peer(socket);
        m_doors.push_back(std::make_unique<Door>(socket, peer));
        auto* const door = m_doors.back().get();
        peer->onOtherRequest([this, door](const QString& method, const QJsonObject& params) {
            return rpc::ready(serve(*door, method, params));
        });
        connect(peer, &rpc::Peer::closed, this, [this, door] {
            door->peer->deleteLater();
            door->socket->deleteLater();
            std::erase_if(m_doors, [door](const auto& known) { return known.get() == door; });
        });
    }
}

TaskId FakeEngine::add(TaskSpec spec)
{
    if (spec.id.isNull())
        spec.id = TaskId::random();
    if (spec.title.isEmpty())
        spec.title = titleFromGoal(spec.goal);
    m_tasks.insert(spec.id, {});
    emitEvent(spec.id, event_kind::taskCreated, {{u"spec"_s, spec.toJson()}});
    setStatus(spec.id, TaskStatus::Queued);
    return spec.id;
}

void FakeEngine::emitEvent(const TaskId& id, const QString& kind, const QJsonObject& data, UtcTime at)
{
    auto& task = m_tasks[id];
    const auto time = at > UtcTime{} ? at : Clock::system().now();
    Event event{id, task.attempt, m_position + 1, time, kind, data, m_position + 1};
    if (kind == event_kind::taskStatus && data[u"to"].toString() == u"running" && !isActive(task.status))
        event.attempt = task.attempt + 1;
    ++m_position;
    if (const auto applied = applyEvent(task, event); !applied)
        qWarning("fake engine: %s", qUtf8Printable(applied.error().message));
    m_events << event;
    for (const auto& door : m_doors) {
        if (door->subscribed)
            door->peer->notify(u"event"_s, event.toJson());
    }
}

void FakeEngine::setStatus(const TaskId& id, TaskStatus to, const QString& reason)
{
    emitEvent(id, event_kind::taskStatus,
              {{u"from"_s, statusName(m_tasks[id].status)}, {u"to"_s, statusName(to)}, {u"reason"_s, reason}});
}

Confirmation FakeEngine::ask(const TaskId& id, const QString& command, const QStringList& reasons,
                             const QStringList& impact, milliseconds wait)
{
    const auto& task = m_tasks[id];
    const auto now = Clock::system().now();
    const Confirmation confirmation{newUuid(),
                                    id,
                                    task.attempt,
                                    command,
                                    reasons,
                                    impact,
                                    task.worktree.isEmpty() ? task.spec.project : task.worktree,
                                    task.branch,
                                    now,
                                    now + wait,
                                    5,
                                    offers};
    emitEvent(id, event_kind::confirmationRequested, confirmation.toJson());
    setStatus(id, TaskStatus::Waiting, u"waits for the confirmation code"_s);
    return confirmation;
}

int FakeEngine::count(const QString& method) const
{
    return int(std::ranges::count(calls, method, &Call::method));
}

const FakeEngine::Call* FakeEngine::last(const QString& method) const
{
    for (auto call = calls.crbegin(); call != calls.crend(); ++call) {
        if (call->method == method)
            return &*call;
    }
    return nullptr;
}

QList<Task> FakeEngine::newestFirst() const
{
    auto all = m_tasks.values();
    std::ranges::sort(all, std::greater(), [](const Task& task) { return std::pair(task.created, task.position); });
    return all;
}

QJsonObject FakeEngine::status() const
{
    const auto all = m_tasks.values();
    return {{u"version"_s, u"fake"_s},
            {u"pid"_s, 1},
            {u"slots"_s, slots_},
            {u"running"_s, int(std::ranges::count_if(all, [](const Task& task) { return isActive(task.status); }))},
            {u"queued"_s, int(std::ranges::count(all, TaskStatus::Queued, &Task::status))},
            {u"held"_s, m_held},
            {u"code_set"_s, !code.isEmpty()}};
}

Result<QJsonValue> FakeEngine::serve(Door& door, const QString& method, const QJsonObject& params)
{
    calls << Call{method, params};
    if (const auto failure = failing.constFind(method); failure != failing.cend())
        return fail(*failure);
    if (method == u"hello")
        return QJsonObject{{u"protocol"_s, 1},
                           {u"version"_s, u"fake"_s},
                           {u"pid"_s, 1},
                           {u"store"_s, u"fake"_s},
                           {u"position"_s, m_position}};
    if (method == u"events.subscribe") {
        door.subscribed = true;
        for (const auto& event : m_events) {
            if (event.position > params[u"after"].toInteger())
                door.peer->notify(u"event"_s, event.toJson());
        }
        return QJsonObject{};
    }
    if (method == u"engine.status" || method == u"queue.status")
        return status();
    if (method == u"queue.hold" || method == u"queue.release") {
        m_held = method == u"queue.hold";
        return QJsonObject{};
    }
    if (method == u"stats.get")
        return statistics.toJson();
    if (method == u"sandbox.check")
        return sandbox;
    if (method == u"agent.list")
        return QJsonObject{{u"agents"_s, agents}};
    if (method == u"agent.probe")
        return probe;
    if (method == u"settings.set") {
        const auto changes = params[u"settings"].toObject();
        for (auto change = changes.begin(); change != changes.end(); ++change)
            settings.insert(change.key(), *change);
    }
    if (method == u"settings.get" || method == u"settings.set")
        return QJsonObject{{u"settings"_s, settings}, {u"defaults"_s, settings}};
    if (method == u"project.check")
        return QJsonObject{
            {u"exists"_s, true}, {u"repository"_s, repository}, {u"branch"_s, u"main"_s}, {u"writable"_s, true}};
    if (method == u"project.init") {
        repository = true;
        return QJsonObject{};
    }
    if (method == u"code.set") {
        if (!code.isEmpty() && params[u"old"].toString() != code)
            return fail(ErrorCode::Forbidden, u"That is not the present code."_s);
        code = params[u"new"].toString();
        return QJsonObject{};
    }
    if (method == u"confirmation.answer")
        return answerConfirmation(params);
    if (method == u"log.stat") {
        const auto path = logs.value(TaskId::parse(params[u"id"].toString()).value_or(TaskId()));
        return QJsonObject{{u"path"_s, path}, {u"size"_s, QFile(path).size()}};
    }
    if (method == u"log.read")
        return readLog(params);
    if (method == u"log.times")
        return QJsonObject{{u"from"_s, params[u"from"]}, {u"base64"_s, QString()}};
    return serveTask(method, params);
}

Result<QJsonValue> FakeEngine::readLog(const QJsonObject& params)
{
    QFile file(logs.value(TaskId::parse(params[u"id"].toString()).value_or(TaskId())));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::NotFound, u"There is no log."_s);
    file.seek(params[u"offset"].toInteger());
    return QJsonObject{{u"offset"_s, params[u"offset"]},
                       {u"size"_s, file.size()},
                       {u"base64"_s, QString::fromLatin1(file.read(params[u"limit"].toInteger()).toBase64())}};
}

Result<QJsonValue> FakeEngine::answerConfirmation(const QJsonObject& params)
{
    const auto id = params[u"id"].toString();
    for (const auto& task : newestFirst()) {
        const auto open = std::ranges::find(task.waitingFor, id, &Confirmation::id);
        if (open == task.waitingFor.end())
            continue;
        const bool allow = params[u"allow"].toBool();
        if (allow && params[u"code"].toString() != code) {
            const int left = 5 - ++m_tries[id];
            return fail(ErrorCode::Forbidden, u"That is not the code."_s, u"%1 tries are left."_s.arg(left));
        }
        emitEvent(task.id(), event_kind::confirmationAnswered,
                  {{u"id"_s, id}, {u"allowed"_s, allow}, {u"by"_s, u"me"_s}, {u"door"_s, u"window"_s}});
        if (m_tasks[task.id()].status == TaskStatus::Waiting)
            setStatus(task.id(), TaskStatus::Running);
        return QJsonObject{};
    }
    return fail(ErrorCode::Conflict, u"It was answered already."_s);
}

Result<QJsonValue> FakeEngine::serveTask(const QString& method, const QJsonObject& params)
{
    if (method == u"task.list") {
        QJsonArray page;
        auto all = newestFirst();
        if (const auto wanted = params[u"statuses"].toArray(); !wanted.isEmpty())
            all.removeIf([&](const Task& task) { return !wanted.contains(statusName(task.status)); });
        for (const auto& task : all.mid(params[u"offset"].toInt(), params[u"limit"].toInt(1000)))
            page << task.toJson();
        return QJsonObject{{u"tasks"_s, page}, {u"total"_s, all.size()}, {u"position"_s, m_position}};
    }
    if (method == u"task.create" || method == u"demo.start") {
        TaskSpec spec;
        if (method == u"task.create") {
            SY_TRY_ASSIGN(spec, TaskSpec::fromJson(params[u"spec"].toObject()));
        } else {
            spec.goal = u"Build a calculator with tests"_s;
            spec.agent = u"builtin"_s;
            spec.project = m_paths.data + u"/demo"_s;
        }
        SY_TRY(spec.validate());
        const auto id = add(spec);
        return QJsonObject{{u"task"_s, m_tasks[id].toJson()}};
    }
    const auto id = TaskId::parse(params[u"id"].toString());
    if (!id || !m_tasks.contains(*id))
        return fail(ErrorCode::NotFound, u"There is no task %1."_s.arg(params[u"id"].toString()));
    auto& task = m_tasks[*id];
    if (method == u"task.get")
        return QJsonObject{{u"task"_s, task.toJson()}};
    if (method == u"task.events") {
        QJsonArray events;
        for (const auto& event : m_events) {
            if (event.task == *id && event.position > params[u"after"].toInteger())
                events << event.toJson();
        }
        return QJsonObject{{u"events"_s, events}, {u"more"_s, false}};
    }
    if (method == u"task.diff")
        return QJsonObject{{u"diff"_s, diffs.value(*id).toJson()}};
    if (method == u"task.cancel")
        setStatus(*id, TaskStatus::Cancelled, u"by you"_s);
    else if (method == u"task.pause")
        setStatus(*id, TaskStatus::Paused);
    else if (method == u"task.resume")
        setStatus(*id, TaskStatus::Running);
    else if (method == u"task.retry")
        setStatus(*id, TaskStatus::Queued);
    else if (method == u"task.mergeCheck")
        return QJsonObject{{u"into"_s, task.baseBranch}};
    else if (method == u"task.archive")
        emitEvent(*id, event_kind::taskArchived, {{u"archived"_s, params[u"archived"].toBool(true)}});
    else if (method == u"task.prioritise")
        emitEvent(*id, event_kind::taskPriority, {{u"priority"_s, params[u"priority"]}});
    else if (method == u"task.guide")
        emitEvent(*id, event_kind::guidanceGiven, {{u"text"_s, params[u"text"]}});
    else if (method == u"task.answer")
        emitEvent(*id, event_kind::questionAnswered, {{u"id"_s, params[u"question"]}, {u"text"_s, params[u"text"]}});
    else if (method == u"task.recovery.list")
        return QJsonObject{{u"recovery_points"_s, recoveryPoints}};
    else if (method == u"task.recovery.restore")
        return QJsonObject{{u"number"_s, params[u"number"]}};
    else if (method == u"task.discard")
        emitEvent(*id, event_kind::gitDiscarded, {{u"branch"_s, task.branch}});
    else if (method == u"task.delete") {
        emitEvent(*id, event_kind::taskDeleted, {});
        m_tasks.remove(*id);
    } else if (method == u"task.merge") {
        const auto into = task.baseBranch;
        emitEvent(*id, event_kind::gitMerged,
                  {{u"commit"_s, u"4f2c91d0aa"_s}, {u"into"_s, into}, {u"branch_deleted"_s, params[u"delete_branch"]}});
        return QJsonObject{{u"into"_s, into}, {u"commit"_s, u"4f2c91d0aa"_s}};
    } else {
        return fail(rpc::methodNotFound(method));
    }
    return QJsonObject{};
}

} // namespace switchyard::testing
