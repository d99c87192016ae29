#include "app/commands/run_options.h"

#include <QRegularExpression>

namespace switchyard::app {

namespace {

Result<int> wholeNumber(const Options& options, const QString& name, int least, int most)
{
    bool isNumber = false;
    const auto text = options.value(name);
    const int number = text.toInt(&isNumber);
    if (!isNumber || number < least || number > most)
        return fail(ErrorCode::Invalid,
                    u"--%1: “%2” is no whole number from %3 to %4."_s.arg(name, text.left(40)).arg(least).arg(most));
    return number;
}

Result<milliseconds> durationOf(const Options& options, const QString& name)
{
    const auto duration = parseDuration(options.value(name));
    if (!duration)
        return fail(ErrorCode::Invalid, u"--%1: “%2” is not a duration."_s.arg(name, options.value(name).left(40)),
                    u"Write it as 90s, 15m or 1h30m."_s);
    return *duration;
}

Result<> readRetry(const Options& options, RetryPolicy& retry)
{
    if (options.isSet(u"retries"_s)) {
        SY_TRY_ASSIGN(const auto more, wholeNumber(options, u"retries"_s, 0, 99));
        retry.attempts = more + 1;
        retry.onFailure = retry.onTimeout = more > 0;
    }
    if (options.isSet(u"retry-on"_s)) {
        retry.onFailure = retry.onTimeout = false;
        for (const auto& ending : options.value(u"retry-on"_s).split(u',')) {
            if (ending == u"failure")
                retry.onFailure = true;
            else if (ending == u"timeout")
                retry.onTimeout = true;
            else if (ending != u"interruption")
                return fail(ErrorCode::Invalid, u"--retry-on: “%1” is not an ending."_s.arg(ending.left(40)),
                            u"Use failure, timeout or interruption, separated by commas."_s);
        }
    }
    if (options.isSet(u"retry-pause"_s)) {
        SY_TRY_ASSIGN(retry.pause, durationOf(options, u"retry-pause"_s));
    }
    return {};
}

Result<> readResources(const Options& options, TaskLimits& limits)
{
    const std::pair<QString, qint64*> sizes[] = {{u"memory"_s, &limits.memoryBytes},
                                                 {u"max-output"_s, &limits.outputBytes}};
    for (const auto& [name, value] : sizes) {
        if (options.isSet(name)) {
            SY_TRY_ASSIGN(*value, bytesFromText(options.value(name)));
        }
    }
    if (options.isSet(u"processes"_s)) {
        SY_TRY_ASSIGN(limits.processes, wholeNumber(options, u"processes"_s, 0, 1'000'000));
    }
    return {};
}

} // namespace

Result<UtcTime> momentFromText(const QString& text, const QDateTime& now)
{
    const auto trimmed = text.trimmed();
    const auto wrong = [&] {
        return fail(ErrorCode::Invalid, u"“%1” is not a time."_s.arg(text.left(60)),
                    u"Write it as 18:00, \"2026-11-22 18:00\" or, from now on, 2h."_s);
    };
    auto moment = QDateTime();
    if (const auto time = QTime::fromString(trimmed, u"H:mm"_s); time.isValid()) {
        moment = QDateTime(now.date(), time);
        if (moment <= now)
            moment = QDateTime(now.date().addDays(1), time);
    } else if (const auto duration = parseDuration(trimmed.startsWith(u'+') ? QStringView(trimmed).sliced(1) : trimmed);
               duration && !trimmed.contains(u':')) {
        moment = now.addMSecs(duration->count());
    } else {
        moment = QDateTime::fromString(QString(trimmed).replace(u' ', u'T'), Qt::ISODate);
    }
    if (!moment.isValid())
        return wrong();
    return fromMilliseconds(moment.toMSecsSinceEpoch());
}

Result<qint64> bytesFromText(const QString& text)
{
    static const QRegularExpression form(u"^([0-9]+(?:\\.[0-9]+)?)\\s*([kmgt]?)(?:i?b)?$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(text.trimmed());
    constexpr double most = 1e15;
    const auto power = match.hasMatch() ? u"kmgt"_s.indexOf(match.captured(2).toLower()) : 0;
    const auto value =
        match.captured(1).toDouble() * double(match.captured(2).isEmpty() ? 1 : qint64(1) << (10 * (power + 1)));
    if (!match.hasMatch() || value > most)
        return fail(ErrorCode::Invalid, u"“%1” is not a size."_s.arg(text.left(40)), u"Write it as 512M or 2G."_s);
    return qint64(value);
}

QStringList queueValues()
{
    return {u"not-before"_s, u"retries"_s,    u"retry-on"_s, u"retry-pause"_s,
            u"memory"_s,     u"max-output"_s, u"processes"_s};
}

QString queueUsage()
{
    return u"  --not-before TIME    18:00, \"2026-11-22 18:00\", or from now on 2h\n"
           "  --retries N          tried again up to N times after a failure, a time-out or a crash; the pauses "
           "double\n"
           "  --retry-on LIST      only after these: failure,timeout,interruption\n"
           "  --retry-pause 30s    before the first of them\n"
           "  --refuse             do not queue: refuse if the project has a task already or no slot is free\n"
           "  --memory 2G  --processes N  --max-output 1G   limits"_s;
}

Result<> readQueueOptions(const Options& options, TaskSpec& spec)
{
    if (options.isSet(u"not-before"_s)) {
        SY_TRY_ASSIGN(spec.notBefore, momentFromText(options.value(u"not-before"_s), QDateTime::currentDateTime()));
    }
    SY_TRY(readRetry(options, spec.retry));
    return readResources(options, spec.limits);
}

} // namespace switchyard::app
