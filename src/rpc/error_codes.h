#pragma once

namespace switchyard::rpc {

// JSON-RPC 2.0, section 5.1; below: the Language Server Protocol's and ACP's.
constexpr int parseErrorCode = -32700;
constexpr int invalidRequestCode = -32600;
constexpr int methodNotFoundCode = -32601;
constexpr int invalidParamsCode = -32602;
constexpr int internalErrorCode = -32603;
constexpr int cancelledCode = -32800;
constexpr int authRequiredCode = -32000;
constexpr int notFoundCode = -32002;

} // namespace switchyard::rpc
