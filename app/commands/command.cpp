#include "app/commands/command.h"

namespace switchyard::app {

namespace {

int exitStatusFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotFound:
        return NotFound;
    case ErrorCode::Invalid:
        return Usage;
    case ErrorCode::Conflict:
        return Conflict;
    case ErrorCode::Timeout:
        return TimedOut;
    case ErrorCode::Cancelled:
        return Cancelled;
    case ErrorCode::Unavailable:
        return Unreachable;
    default:
        return TaskFailed;
    }
}

} // namespace

int CommandContext::failed(const Error& error) const
{
    err << "swy: " << error.message << Qt::endl;
    if (!error.hint.isEmpty())
        err << "     " << error.hint << Qt::endl;
    return exitStatusFor(error.code);
}

std::unexpected<Error> CommandContext::usageError(const QString& message) const
{
    return fail(ErrorCode::Invalid, message, u"See `%1 --help`."_s.arg(program));
}

} // namespace switchyard::app
