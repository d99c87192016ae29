#include "base/result.h"

#include <array>
#include <cstring>

namespace switchyard {

namespace {
struct NamedCode {
    ErrorCode code;
    QLatin1StringView name;
};
constexpr std::array codeNames{
    NamedCode{ErrorCode::NotFound, "not_found"_L1},
    NamedCode{ErrorCode::Invalid, "invalid"_L1},
    NamedCode{ErrorCode::Conflict, "conflict"_L1},
    NamedCode{ErrorCode::Forbidden, "forbidden"_L1},
    NamedCode{ErrorCode::Limit, "limit"_L1},
    NamedCode{ErrorCode::Timeout, "timeout"_L1},
    NamedCode{ErrorCode::Unavailable, "unavailable"_L1},
    NamedCode{ErrorCode::Io, "io"_L1},
    NamedCode{ErrorCode::Corrupt, "corrupt"_L1},
    NamedCode{ErrorCode::Cancelled, "cancelled"_L1},
    NamedCode{ErrorCode::Internal, "internal"_L1},
};
} // namespace

std::unexpected<Error> fail(ErrorCode code, QString message, QString hint)
{
    return std::unexpected(Error{code, std::move(message), std::move(hint)});
}

std::unexpected<Error> failErrno(const QString& what, int errorNumber)
{
    const auto hint = errorNumber == ENOSPC ? u"Free some disk space and try again."_s : QString();
    return fail(ErrorCode::Io, what + u": "_s + QString::fromLocal8Bit(std::strerror(errorNumber)), hint);
}

QString errorName(ErrorCode code)
{
    for (const auto& entry : codeNames) {
        if (entry.code == code)
            return entry.name;
    }
    return u"internal"_s;
}

ErrorCode errorFromName(QStringView name)
{
    for (const auto& entry : codeNames) {
        if (entry.name == name)
            return entry.code;
    }
    return ErrorCode::Internal;
}

QString describe(const Error& error)
{
    return error.hint.isEmpty() ? error.message : error.message + u" "_s + error.hint;
}

} // namespace switchyard
