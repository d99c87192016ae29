#include "doors/http_request.h"

#include <algorithm>

namespace switchyard::doors {

namespace {

std::unexpected<HttpProblem> problem(int status, const QString& detail)
{
    return std::unexpected(HttpProblem{status, detail});
}

//! RFC 9110, 5.6.2.
bool isToken(const QByteArray& text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    });
}

bool isVisible(const QByteArray& text)
{
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c != 0x7f; });
}

} // namespace

std::expected<std::optional<HttpRequest>, HttpProblem> HttpRequestReader::next()
{
    if (!m_head) {
        while (m_buffer.startsWith("\r\n")) // RFC 9112, 2.2: some clients send one too many
            m_buffer.remove(0, 2);
        const auto end = m_buffer.indexOf("\r\n\r\n");
        if (end > m_limits.headBytes || (end < 0 && m_buffer.size() > m_limits.headBytes))
            return problem(431, u"The head of the request is larger than %1 bytes."_s.arg(m_limits.headBytes));
        if (end < 0)
            return std::nullopt;
        auto head = readHead(m_buffer.first(end));
        if (!head)
            return std::unexpected(head.error());
        m_buffer.remove(0, end + 4);
        m_head = std::move(*head);
        m_tellContinue = m_bodyBytes > 0 && m_head->fields.value("expect").toLower() == "100-continue";
    }
    if (m_buffer.size() < m_bodyBytes)
        return std::nullopt;
    m_tellContinue = false;
    auto request = *std::exchange(m_head, std::nullopt);
    request.body = m_buffer.first(m_bodyBytes);
    m_buffer.remove(0, m_bodyBytes);
    return request;
}

std::expected<HttpRequest, HttpProblem> HttpRequestReader::readHead(const QByteArray& head)
{
    QList<QByteArray> lines;
    for (qsizetype start = 0; start <= head.size();) {
        const auto end = head.indexOf("\r\n", start);
        lines << head.sliced(start, (end < 0 ? head.size() : end) - start);
        start = end < 0 ? head.size() + 1 : end + 2;
    }
    const auto words = lines.takeFirst().split(' ');
    HttpRequest request;
    if (words.size() != 3 || !isToken(words[0]) || !words[1].startsWith('/') || !isVisible(words[1]))
        return problem(400, u"The first line is no request."_s);
    if (words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0")
        return problem(words[2].startsWith("HTTP/") ? 505 : 400, u"HTTP/1.1 is spoken here."_s);
    request.method = words[0];
    request.path = words[1].split('?').first();
    if (const auto read = readFields(lines, request); !read)
        return std::unexpected(read.error());
    if (words[2] == "HTTP/1.1" && !request.fields.contains("host"))
        return problem(400, u"The field Host is missing."_s);
    if (const auto read = readLength(request); !read)
        return std::unexpected(read.error());
    const auto connection = request.fields.value("connection").toLower();
    request.keepAlive = words[2] == "HTTP/1.1" && !connection.contains("close");
    return request;
}

std::expected<void, HttpProblem> HttpRequestReader::readFields(const QList<QByteArray>& lines,
                                                               HttpRequest& request) const
{
    if (lines.size() > m_limits.fields)
        return problem(431, u"The request has more than %1 fields."_s.arg(m_limits.fields));
    for (const auto& line : lines) {
        const auto colon = line.indexOf(':');
        const auto name = line.left(std::max<qsizetype>(colon, 0)).toLower();
        const auto value = line.mid(colon + 1).trimmed();
        const bool clean =
            std::ranges::none_of(value, [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; });
        if (!isToken(name) || !clean)
            return problem(400, u"A field of the request cannot be read."_s);
        if (request.fields.contains(name))
            return problem(400, u"The field %1 comes twice."_s.arg(QString::fromLatin1(name.left(60))));
        request.fields.insert(name, value);
    }
    return {};
}

std::expected<void, HttpProblem> HttpRequestReader::readLength(const HttpRequest& request)
{
    m_bodyBytes = 0;
    if (request.fields.contains("transfer-encoding"))
        return problem(411, u"The body must come with its length, not in chunks."_s);
    if (!request.fields.contains("content-length"))
        return {};
    const auto text = request.fields.value("content-length");
    const bool digits = !text.isEmpty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits)
        return problem(400, u"Content-Length is no number."_s);
    if (text.size() > 18 || text.toLongLong() > m_limits.bodyBytes)
        return problem(413, u"The body is larger than %1 bytes."_s.arg(m_limits.bodyBytes));
    m_bodyBytes = text.toLongLong();
    return {};
}

} // namespace switchyard::doors
