#include "rpc/error_codes.h"
#include "rpc/peer.h"

namespace switchyard::rpc {

namespace {

int codeFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotFound:
        return notFoundCode;
    case ErrorCode::Invalid:
        return invalidParamsCode;
    case ErrorCode::Cancelled:
        return cancelledCode;
    default:
        return internalErrorCode;
    }
}

ErrorCode codeFromRpc(int code)
{
    switch (code) {
    case notFoundCode:
        return ErrorCode::NotFound;
    case invalidParamsCode:
    case invalidRequestCode:
    case parseErrorCode:
    case methodNotFoundCode:
        return ErrorCode::Invalid;
    case authRequiredCode:
        return ErrorCode::Forbidden;
    case cancelledCode:
        return ErrorCode::Cancelled;
    default:
        return ErrorCode::Internal;
    }
}

} // namespace

QJsonObject errorToJson(const Error& error)
{
    const bool unknownMethod = error.code == ErrorCode::Invalid && error.hint == u"method_not_found";
    QJsonObject data{{u"code"_s, errorName(error.code)}};
    if (!error.hint.isEmpty() && !unknownMethod)
        data.insert(u"hint"_s, error.hint);
    return {{u"code"_s, unknownMethod ? methodNotFoundCode : codeFor(error.code)},
            {u"message"_s, error.message},
            {u"data"_s, data}};
}

Error errorFromJson(const QJsonObject& json)
{
    const auto data = json[u"data"].toObject();
    const auto rpcCode = json[u"code"].toInt();
    Error error{data.contains(u"code") ? errorFromName(data[u"code"].toString()) : codeFromRpc(rpcCode),
                json[u"message"].toString(), data[u"hint"].toString()};
    if (error.message.isEmpty())
        error.message = Peer::tr("The other side refused with code %1 and no message.").arg(rpcCode);
    return error;
}

Error methodNotFound(const QString& method)
{
    return {ErrorCode::Invalid, Peer::tr("There is no method “%1”.").arg(method.left(80)), u"method_not_found"_s};
}

} // namespace switchyard::rpc
