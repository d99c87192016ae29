#pragma once

#include <QString>

#include <expected>

//! Errors are values: every call that can fail returns Result<T>; no exception crosses a library border.
namespace switchyard {

using namespace Qt::StringLiterals;

//! What kind of thing went wrong, for machines. One table (errorName, and the RPC, HTTP and exit codes
//! made from it) serves every door.
enum class ErrorCode {
    NotFound,    //!< the thing named does not exist
    Invalid,     //!< the input is wrong; the message names it
    Conflict,    //!< the state does not allow it now (already running, merge conflict, wrong transition)
    Forbidden,   //!< not allowed: wrong code, path outside the task's folder, refused by the user
    Limit,       //!< a limit was met (attempts, size, budget)
    Timeout,     //!< a wait came to its end
    Unavailable, //!< a needed peer, program or service is not there; trying again may help
    Io,          //!< the system refused: disk full, permission, broken pipe
    Corrupt,     //!< data on disk or on the wire is damaged
    Cancelled,   //!< asked to stop
    Internal,    //!< a fault of ours
};

struct Error {
    ErrorCode code = ErrorCode::Internal;
    QString message; //!< one sentence that names the input and the reason, fit to show
    QString hint;    //!< the way out, one sentence; may be empty
    bool operator==(const Error&) const = default;
};

//! std::expected plus [[nodiscard]]: ignoring a Result is a warning, and warnings are errors.
template <typename T = void>
class [[nodiscard]] Result : public std::expected<T, Error>
{
public:
    using std::expected<T, Error>::expected;
};

[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, QString message, QString hint = {});
[[nodiscard]] inline std::unexpected<Error> fail(Error error)
{
    return std::unexpected(std::move(error));
}
//! An Io error made of errno: "<what>: <strerror>".
[[nodiscard]] std::unexpected<Error> failErrno(const QString& what, int errorNumber);

//! Stable names on the wire: "not_found", "invalid", … and back (unknown names give Internal).
QString errorName(ErrorCode code);
ErrorCode errorFromName(QStringView name);

//! "message (hint)" for a log or a terminal.
QString describe(const Error& error);

} // namespace switchyard

//! Leaves the function with the error of a Result expression: SY_TRY(repository.open(path));
#define SY_TRY(expression)                                                                                             \
    do {                                                                                                               \
        if (auto syTryResult = (expression); !syTryResult)                                                             \
            return std::unexpected(std::move(syTryResult.error()));                                                    \
    } while (false)
//! The same, keeping the value: SY_TRY_ASSIGN(const auto task, find(id)); several statements, so never alone behind an
//! if.
#define SY_TRY_CONCAT2(a, b) a##b
#define SY_TRY_CONCAT(a, b) SY_TRY_CONCAT2(a, b)
#define SY_TRY_ASSIGN_AS(leave, name, declaration, expression)                                                         \
    auto name = (expression);                                                                                          \
    if (!name)                                                                                                         \
        leave std::unexpected(std::move(name.error()));                                                                \
    declaration = std::move(*name)
#define SY_TRY_ASSIGN(declaration, expression)                                                                         \
    SY_TRY_ASSIGN_AS(return, SY_TRY_CONCAT(syTry, __LINE__), declaration, expression)
//! The same two inside a coroutine that returns QCoro::Task<Result<…>>.
#define SY_CO_TRY(expression)                                                                                          \
    do {                                                                                                               \
        if (auto syTryResult = (expression); !syTryResult)                                                             \
            co_return std::unexpected(std::move(syTryResult.error()));                                                 \
    } while (false)
#define SY_CO_TRY_ASSIGN(declaration, expression)                                                                      \
    SY_TRY_ASSIGN_AS(co_return, SY_TRY_CONCAT(syTry, __LINE__), declaration, expression)
