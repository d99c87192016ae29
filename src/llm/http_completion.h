#pragma once

#include "llm/models.h"
#include "llm/sse.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QTimer>

namespace switchyard::llm {

//! One call of a model over HTTP with an event stream for an answer; what the providers share: attempts, back-off,
//! limits, and that an answer exists only when its stream came to the proper end. A dialect says how events are read.
class HttpCompletion : public Completion
{
    Q_OBJECT
public:
    HttpCompletion(std::shared_ptr<QNetworkAccessManager> network, QNetworkRequest request, QByteArray body,
                   RetryPolicy retry);
    ~HttpCompletion() override;
    void start() override;

protected:
    // A dialect. An error with code Unavailable is worth another attempt, any other ends the call.
    virtual void begin() = 0; //!< a new attempt: forget what came before
    virtual Result<> receive(const SseEvent& event) = 0;
    virtual bool isComplete(bool streamEnded) const = 0; //!< nothing more is needed
    virtual Answer answer() = 0;                         //!< once complete
    virtual Usage usageSoFar() const = 0;                //!< of a stream that was cut: it is billed all the same

    void streamThought(const QString& piece);
    void streamText(const QString& piece);

private:
    void stop() override;
    void attempt();
    void read();
    void ended();
    void dropReply();
    void readError();
    void again(const QString& why, std::optional<milliseconds> asked = {});
    void succeed();
    int status() const;
    std::optional<milliseconds> askedWait() const;

    const std::shared_ptr<QNetworkAccessManager> m_network;
    const QNetworkRequest m_request;
    const QByteArray m_body;
    const RetryPolicy m_retry;
    QNetworkReply* m_reply = nullptr; //!< of the running attempt
    std::unique_ptr<SseReader> m_events;
    QByteArray m_errorBody;
    QTimer m_silence;
    QTimer m_wait;
    Usage m_wasted; //!< by cut streams
    int m_attempts = 0;
    bool m_streamed = false; //!< something of this attempt was shown
};

//! The connection pool of a provider: with the system's proxies, without redirects (which would carry the key along).
std::shared_ptr<QNetworkAccessManager> makeNetwork();

//! What a tool's arguments are, put together from a stream: the object, or why they cannot be read.
void readArguments(ToolCall& call, const QByteArray& json);

} // namespace switchyard::llm
