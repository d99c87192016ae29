#include "app/commands/command.h"

namespace switchyard::app {

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

int CommandContext::failed(const Error& error) const
{
    err << "swy: " << error.message << Qt::endl;
    if (!error.hint.isEmpty())
        err << "     " << error.hint << Qt::endl;
    return exitStatusFor(error.code);
}

int CommandContext::usageError(const QString& message) const
{
    err << "swy: " << message << Qt::endl << "     See `" << program << " --help`." << Qt::endl;
    return Usage;
}

} // namespace switchyard::app
