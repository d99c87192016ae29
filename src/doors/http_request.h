#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QHash>

#include <optional>

namespace switchyard::doors {

//! One request of HTTP/1.1 (RFC 9112), as far as a small API needs it.
struct HttpRequest {
    QByteArray method;                    //!< "GET"
    QByteArray path;                      //!< without the query, not decoded: no path of ours needs it
    QHash<QByteArray, QByteArray> fields; //!< names in lower case, values trimmed; a name sent twice is refused
    QByteArray body;
    bool keepAlive = true;
};

//! Why a request is not taken: the status of the answer, after which the connection ends.
struct HttpProblem {
    int status = 400;
    QString detail;
    bool operator==(const HttpProblem&) const = default;
};

struct HttpLimits {
    qsizetype headBytes = 16 << 10;
    qsizetype bodyBytes = 64 << 10;
    int fields = 64;
};

//! Takes requests out of a stream of bytes. What could be read in two ways (two lengths, folded lines, bare line feeds,
//! chunks) is refused, so that a proxy in front never sees another request than this. A value; keeps at most what the
//! limits allow and what one add() brought.
class HttpRequestReader
{
public:
    explicit HttpRequestReader(HttpLimits limits = {}) : m_limits(limits) {}
    void add(const QByteArray& bytes) { m_buffer += bytes; }
    //! The next request; nothing if it is not whole yet. After a problem nothing more comes.
    std::expected<std::optional<HttpRequest>, HttpProblem> next();
    bool isEmpty() const { return m_buffer.isEmpty() && !m_head; } //!< between two requests
    //! True once for a request that waits to be told to send its body.
    bool takeContinue() { return std::exchange(m_tellContinue, false); }

private:
    std::expected<HttpRequest, HttpProblem> readHead(const QByteArray& head);
    std::expected<void, HttpProblem> readFields(const QList<QByteArray>& lines, HttpRequest& request) const;
    std::expected<void, HttpProblem> readLength(const HttpRequest& request);

    HttpLimits m_limits;
    QByteArray m_buffer;
    std::optional<HttpRequest> m_head; //!< its body is not whole yet
    qsizetype m_bodyBytes = 0;
    bool m_tellContinue = false;
};

} // namespace switchyard::doors
