#include "engine/log_index.h"

#include "base/json.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QSet>
#include <QtConcurrentRun>

#include <algorithm>

#include <unistd.h>

Q_LOGGING_CATEGORY(lcLogs, "switchyard.logs")

namespace switchyard::engine {

namespace {

constexpr milliseconds writePause{1000}, longestPause{60'000};
using Lines = QHash<TaskId, LogIndex::Line>;

void removeLinks(const Paths& paths, const TaskId& id)
{
    QDir folder(paths.logs());
    for (const auto& name : folder.entryList({u"task-%1-*.log"_s.arg(id.toString())}, QDir::Files | QDir::System))
        folder.remove(name);
}

QString indexFile(const Paths& paths)
{
    return paths.logs() + u"/index.json"_s;
}

//! Worker: brings links and index up to date for the tasks that changed. Returns how long it took.
milliseconds writeIndex(const Paths& paths, const Lines& changed)
{
    QElapsedTimer timer;
    timer.start();
    const auto file = indexFile(paths);
    auto tasks = readJsonFile(file).value_or(QJsonObject())[u"tasks"].toObject();
    for (auto task = changed.cbegin(); task != changed.cend(); ++task) {
        removeLinks(paths, task.key());
        if (task->attempt == 0 || !QFileInfo::exists(paths.task(task.key()))) {
            tasks.remove(task.key().toString());
            continue;
        }
        const auto name = u"task-%1-%2.log"_s.arg(task.key().toString(), LogIndex::slug(task->title));
        const auto target = u"../tasks/%1/%2/output.log"_s.arg(task.key().toString()).arg(task->attempt);
        const auto link = QFile::encodeName(paths.logs() + u'/' + name);
        if (symlink(QFile::encodeName(target).constData(), link.constData()) != 0)
            qCWarning(lcLogs).noquote() << "the link" << link << "cannot be made";
        tasks.insert(task.key().toString(), QJsonObject{{u"file"_s, name},
                                                        {u"title"_s, task->title},
                                                        {u"status"_s, statusName(task->status)},
                                                        {u"attempt"_s, task->attempt},
                                                        {u"started"_s, toMilliseconds(task->started)},
                                                        {u"finished"_s, toMilliseconds(task->finished)}});
    }
    if (const auto done = writeFileAtomically(file, compactJson({{u"v"_s, 1}, {u"tasks"_s, tasks}})); !done)
        qCWarning(lcLogs).noquote() << describe(done.error());
    return milliseconds(timer.elapsed());
}

//! Worker: the tasks that the index tells something else of than the database.
Result<Lines> outdated(const Paths& paths)
{
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(paths.database(), store::Connection::Mode::Read));
    const auto index = readJsonFile(indexFile(paths)).value_or(QJsonObject())[u"tasks"].toObject();
    const auto names = index.keys();
    auto unknown = QSet<QString>(names.begin(), names.end());
    Lines tasks;
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT id, status FROM task"_s));
    while (rows.next()) {
        const auto name = rows.value(0).toString();
        unknown.remove(name);
        if (index[name][u"status"].toString() == rows.value(1).toString())
            continue;
        SY_TRY_ASSIGN(const auto id, TaskId::parse(name));
        SY_TRY_ASSIGN(const auto row, store::findTask(connection, id));
        if (row && (row->task.attempt > 0 || index.contains(name)))
            tasks.insert(id, LogIndex::Line::of(row->task));
    }
    for (const auto& name : std::as_const(unknown)) {
        if (const auto id = TaskId::parse(name))
            tasks.insert(*id, {});
    }
    return tasks;
}

milliseconds catchUp(const Paths& paths)
{
    const auto tasks = outdated(paths);
    if (!tasks)
        qCWarning(lcLogs).noquote() << describe(tasks.error());
    return tasks && !tasks->isEmpty() ? writeIndex(paths, *tasks) : milliseconds(0);
}

} // namespace

LogIndex::LogIndex(TaskBook& book, const Paths& paths, QObject* parent) : QObject(parent), m_book(book), m_paths(paths)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(writePause);
    connect(&m_timer, &QTimer::timeout, this, &LogIndex::writeSoon);
    connect(&m_book, &TaskBook::applied, this, [this](const Event& event, TaskStatus before, TaskStatus after) {
        if (before == after && event.kind != event_kind::taskDeleted)
            return;
        const auto task = m_book.task(event.task);
        m_changed.insert(event.task, event.kind == event_kind::taskDeleted || !task ? Line() : Line::of(*task));
        if (!m_timer.isActive())
            m_timer.start();
    });
}

LogIndex::Line LogIndex::Line::of(const Task& task)
{
    return {task.spec.title, task.status, task.attempt, task.started, task.finished};
}

QString LogIndex::slug(const QString& title)
{
    static const QRegularExpression others(u"[^a-z0-9]+"_s);
    constexpr qsizetype longest = 40;
    auto text = title.toLower().replace(others, u"-"_s).left(longest);
    while (text.endsWith(u'-'))
        text.chop(1);
    while (text.startsWith(u'-'))
        text.remove(0, 1);
    return text.isEmpty() ? u"task"_s : text;
}

void LogIndex::writeSoon()
{
    if (m_changed.isEmpty())
        return;
    if (m_writing) {
        m_timer.start();
        return;
    }
    m_writing = true;
    QtConcurrent::run(&writeIndex, m_paths, std::exchange(m_changed, {})).then(this, [this](milliseconds took) {
        ended(took);
    });
}

void LogIndex::start()
{
    m_writing = true; // what changes meanwhile is written afterwards
    QtConcurrent::run(&catchUp, m_paths).then(this, [this](milliseconds took) { ended(took); });
}

void LogIndex::ended(milliseconds took)
{
    constexpr int rest = 20; // for each time that it works
    m_writing = false;
    m_timer.setInterval(std::clamp<milliseconds>(took * rest, writePause, longestPause));
    if (took.count() > 0)
        Q_EMIT written();
}

} // namespace switchyard::engine
