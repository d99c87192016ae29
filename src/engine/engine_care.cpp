// What the engine does for its own order: the disk is looked after, settings are read anew when they change.
#include "engine/engine.h"
#include "engine/rebuild.h"
#include "engine/retention.h"

#include <QCoro/QCoroFuture>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QtConcurrentRun>

Q_LOGGING_CATEGORY(lcCare, "switchyard.care")
Q_LOGGING_CATEGORY(lcSettings, "switchyard.settings")

namespace switchyard::engine {

namespace {
constexpr milliseconds settingsPause{200}; // until whoever writes the settings is done
constexpr milliseconds tidyPause = std::chrono::hours(1);
} // namespace

void Engine::beginCare()
{
    connect(&m_tidy, &QTimer::timeout, this, [this] { tidy(this); });
    m_tidy.start(tidyPause);
    tidy(this);
    m_disk.start();
    QtConcurrent::run(&removeLeftovers, m_paths).then(this, [](const Result<QStringList>& done) {
        for (const auto& line : done.value_or(QStringList()))
            qCInfo(lcCare).noquote() << line;
    });
    watchSettings();
}

void Engine::noteShed(const QList<ShedLog>& logs)
{
    for (const auto& log : logs)
        m_book.record(log.id, event_kind::notice,
                      {{u"severity"_s, u"info"_s},
                       {u"text"_s, tr("Its output (%1 MiB) was removed to make room.").arg((log.bytes >> 20) + 1)}});
}

QCoro::Task<Result<>> Engine::tidy(QPointer<Engine> self)
{
    SY_CO_TRY_ASSIGN(const auto expired, co_await QtConcurrent::run(&expiredTasks, self->m_paths.database(),
                                                                    self->m_settings, Clock::system().now()));
    for (const auto& id : expired) {
        if (!self)
            co_return fail(ending());
        if (const auto gone = co_await erase(self, id); !gone)
            qCWarning(lcCare).noquote() << describe(gone.error());
    }
    if (!self)
        co_return fail(ending());
    const auto disk = co_await QtConcurrent::run(&DiskGuard::look, self->m_paths, self->m_settings.leastFreeBytes,
                                                 self->m_settings.keepBytes);
    if (self)
        self->noteShed(disk.shed);
    co_return {};
}

QCoro::Task<Result<QList<Finding>>> Engine::examineDisk(QPointer<Engine> self, bool mend)
{
    const auto paths = self->m_paths;
    SY_CO_TRY_ASSIGN(auto findings, co_await QtConcurrent::run(&examine, paths, mend));
    for (auto& finding : findings) {
        if (!mend || finding.adopt.isNull())
            continue;
        const auto events = co_await QtConcurrent::run(&journalsOf, paths, finding.adopt);
        if (!self)
            co_return fail(ending());
        const auto taken = co_await self->m_book.adopt(events);
        if (!self)
            co_return fail(ending());
        finding.mended = taken.has_value();
        finding.trouble = taken ? QString() : describe(taken.error());
        if (const auto* const task = self->m_book.peek(finding.adopt); task && !isFinished(task->status))
            self->m_supervisor.recoverTask(finding.adopt);
    }
    co_return QList<Finding>(findings);
}

QJsonObject Engine::inMemory() const
{
    return {{u"tasks"_s, m_book.inMemory()},
            {u"events"_s, m_book.unpublished()},
            {u"runners"_s, m_supervisor.runners()},
            {u"queue"_s, m_scheduler.inMemory()},
            {u"confirmations"_s, m_confirmations.inMemory()},
            {u"log_lines"_s, m_logs.waiting()},
            {u"changing"_s, m_busy.size()}};
}

void Engine::watchSettings()
{
    // The folder too: editors put a new file in the place of the old one.
    m_settingsFiles.addPath(m_paths.config);
    m_settingsFiles.addPath(m_paths.settings());
    m_settingsTimer.setSingleShot(true);
    m_settingsTimer.setInterval(settingsPause);
    connect(&m_settingsFiles, &QFileSystemWatcher::fileChanged, &m_settingsTimer, qOverload<>(&QTimer::start));
    connect(&m_settingsFiles, &QFileSystemWatcher::directoryChanged, &m_settingsTimer, qOverload<>(&QTimer::start));
    connect(&m_settingsTimer, &QTimer::timeout, this, [this] {
        if (QFileInfo::exists(m_paths.settings()))
            m_settingsFiles.addPath(m_paths.settings());
        reload(this).then([](const Result<>& done) {
            if (!done)
                qCWarning(lcSettings).noquote() << describe(done.error());
        });
    });
}

} // namespace switchyard::engine
