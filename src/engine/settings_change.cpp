#include "engine/settings_change.h"

#include <QFile>
#include <QSettings>
#include <QTemporaryDir>

namespace switchyard::engine {

namespace {

void write(QSettings& file, const QJsonObject& changes)
{
    for (auto change = changes.begin(); change != changes.end(); ++change) {
        const auto key = u"engine/"_s + change.key();
        if (change->isNull())
            file.remove(key);
        else if (change->isDouble() && change->toDouble() == double(change->toInteger()))
            file.setValue(key, change->toInteger());
        else
            file.setValue(key, change->toVariant());
    }
}

Result<> synced(QSettings& file)
{
    file.sync();
    if (file.status() == QSettings::NoError)
        return {};
    return fail(ErrorCode::Io, u"%1 could not be written."_s.arg(file.fileName()),
                u"Look at the rights of the file and its folder, and at the space that is left."_s);
}

} // namespace

QJsonObject settingsJson(const Settings& settings)
{
    return {{u"slots"_s, settings.slots},
            {u"slots_per_project"_s, settings.slotsPerProject},
            {u"least_free_bytes"_s, settings.leastFreeBytes},
            {u"least_free_memory_bytes"_s, settings.leastFreeMemory},
            {u"low_priority_wait_ms"_s, qint64(settings.lowPriorityWait.count())},
            {u"attempts"_s, settings.attempts},
            {u"retry_pause_ms"_s, qint64(settings.retryPause.count())},
            {u"keep_days"_s, settings.keepDays},
            {u"keep_tasks"_s, settings.keepTasks},
            {u"keep_bytes"_s, settings.keepBytes},
            {u"sandbox"_s, sandboxLevelName(settings.sandbox)},
            {u"command_sandbox"_s, sandboxLevelName(settings.commandSandbox)},
            {u"network"_s, networkAccessName(settings.network)},
            {u"budget_usd_per_day"_s, settings.budgetUsdPerDay}};
}

Result<> changeSettings(const Paths& paths, const QJsonObject& changes)
{
    const auto known = settingsJson({});
    for (auto change = changes.begin(); change != changes.end(); ++change) {
        if (!known.contains(change.key()))
            return fail(ErrorCode::Invalid, u"There is no setting “%1”."_s.arg(change.key().left(60)),
                        u"Known are %1."_s.arg(known.keys().join(u", "_s)));
        if (!change->isNull() && !change->isDouble() && !change->isString())
            return fail(ErrorCode::Invalid, u"%1 expects a number or a word."_s.arg(change.key()));
    }
    // Tried on a copy first: a file that the engine refuses would cost it all its settings.
    const QTemporaryDir folder;
    Paths trial = paths;
    trial.config = folder.path();
    if (QFile::exists(paths.settings()) && !QFile::copy(paths.settings(), trial.settings()))
        return fail(ErrorCode::Io, u"%1 could not be copied to %2."_s.arg(paths.settings(), folder.path()));
    {
        QSettings copy(trial.settings(), QSettings::IniFormat);
        write(copy, changes);
        SY_TRY(synced(copy));
    }
    if (auto loaded = Settings::load(trial); !loaded) {
        auto error = loaded.error();
        error.message.replace(trial.settings(), paths.settings());
        return std::unexpected(error);
    }
    QSettings file(paths.settings(), QSettings::IniFormat);
    write(file, changes);
    return synced(file);
}

} // namespace switchyard::engine
