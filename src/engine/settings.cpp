#include "engine/settings.h"

#include <QSettings>

namespace switchyard::engine {

namespace {

//! One whole number out of a file of settings, with its range.
template <typename T>
Result<> read(const QSettings& file, const QString& key, T& value, qint64 least, qint64 most)
{
    if (!file.contains(key))
        return {};
    bool isNumber = false;
    const auto number = file.value(key).toString().toLongLong(&isNumber);
    if (!isNumber || number < least || number > most)
        return fail(ErrorCode::Invalid, u"%1: %2 is “%3”; a whole number from %4 to %5 was expected."_s.arg(
                                            file.fileName(), key, file.value(key).toString().left(40),
                                            QString::number(least), QString::number(most)));
    value = T(number);
    return {};
}

//! One of a few words.
template <typename T>
Result<> readName(const QSettings& file, const QString& key, T& value, Result<T> (*fromName)(QStringView))
{
    if (!file.contains(key))
        return {};
    const auto named = fromName(file.value(key).toString());
    if (!named || *named == T::Inherit)
        return fail(
            ErrorCode::Invalid,
            u"%1: %2 is “%3”, which is not known."_s.arg(file.fileName(), key, file.value(key).toString().left(40)),
            named ? QString() : named.error().hint);
    value = *named;
    return {};
}

} // namespace

TaskSpec Settings::decided(TaskSpec spec) const
{
    if (spec.sandbox == SandboxLevel::Inherit)
        spec.sandbox = spec.kind == TaskKind::Agent ? sandbox : commandSandbox;
    if (spec.network == NetworkAccess::Inherit)
        spec.network = spec.sandbox == SandboxLevel::Off ? NetworkAccess::On : network;
    return spec;
}

Result<Settings> Settings::load(const Paths& paths)
{
    constexpr qint64 day = qint64(24) * 3600 * 1000;
    const QSettings file(paths.settings(), QSettings::IniFormat);
    Settings settings;
    SY_TRY(read(file, u"engine/slots"_s, settings.slots, 1, 64));
    SY_TRY(read(file, u"engine/slots_per_project"_s, settings.slotsPerProject, 0, 64));
    for (const auto& key : file.allKeys()) {
        if (key.startsWith(u"slots_per_agent/"_s))
            SY_TRY(read(file, key, settings.slotsPerAgent[key.section(u'/', 1)], 0, 64));
    }
    SY_TRY(read(file, u"engine/least_free_bytes"_s, settings.leastFreeBytes, 0, qint64(1) << 50));
    SY_TRY(read(file, u"engine/least_free_memory_bytes"_s, settings.leastFreeMemory, 0, qint64(1) << 50));
    SY_TRY(read(file, u"engine/low_priority_wait_ms"_s, settings.lowPriorityWait, 0, day));
    SY_TRY(read(file, u"engine/attempts"_s, settings.attempts, 1, 20));
    SY_TRY(read(file, u"engine/retry_pause_ms"_s, settings.retryPause, 0, day));
    SY_TRY(read(file, u"engine/keep_days"_s, settings.keepDays, 0, 100'000));
    SY_TRY(read(file, u"engine/keep_tasks"_s, settings.keepTasks, 0, 10'000'000));
    SY_TRY(read(file, u"engine/keep_bytes"_s, settings.keepBytes, 0, qint64(1) << 50));
    if (file.contains(u"engine/own_commands"_s)) {
        const auto policy = file.value(u"engine/own_commands"_s).toString();
        if (policy != u"ask" && policy != u"trust")
            return fail(ErrorCode::Invalid, u"%1: engine/own_commands is “%2”; ask or trust was expected."_s.arg(
                                                file.fileName(), policy.left(40)));
        settings.trustsOwnCommands = policy == u"trust";
    }
    SY_TRY(readName(file, u"engine/sandbox"_s, settings.sandbox, &sandboxLevelFromName));
    SY_TRY(readName(file, u"engine/command_sandbox"_s, settings.commandSandbox, &sandboxLevelFromName));
    SY_TRY(readName(file, u"engine/network"_s, settings.network, &networkAccessFromName));
    if (const auto key = u"gate/own_files_free"_s; file.contains(key)) {
        const auto text = file.value(key).toString();
        if (text != u"true" && text != u"false")
            return fail(ErrorCode::Invalid,
                        u"%1: %2 is “%3”; true or false was expected."_s.arg(file.fileName(), key, text.left(40)));
        settings.ownFiles = text == u"true";
    }
    if (const auto key = u"engine/budget_usd_per_day"_s; file.contains(key)) {
        bool isNumber = false;
        settings.budgetUsdPerDay = file.value(key).toString().toDouble(&isNumber);
        if (!isNumber || !(settings.budgetUsdPerDay >= 0))
            return fail(ErrorCode::Invalid, u"%1: %2 is “%3”; dollars were expected, such as 5 or 0.50."_s.arg(
                                                file.fileName(), key, file.value(key).toString().left(40)));
    }
    return settings;
}

} // namespace switchyard::engine
