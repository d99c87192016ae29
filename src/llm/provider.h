#pragma once

#include "llm/message.h"
#include "llm/prices.h"

#include <QFuture>
#include <QObject>
#include <QPromise>

namespace switchyard::llm {

struct Request {
    QString system;
    QList<Message> messages;
    QList<ToolSpec> tools;
    int turn = 0;            //!< how many answers this conversation has had; the scripted model counts by it
    int maxOutputTokens = 0; //!< 0: what the model's entry in the price table says
};

enum class StopReason { EndTurn, ToolUse, MaxTokens, Refusal };

//! A whole answer: it exists only when the model's stream came to its proper end.
struct Answer {
    Message message;
    Usage usage;
    StopReason stop = StopReason::EndTurn;
    QString model; //!< as the provider named it
};

//! One call of a model, running. Thoughts and text are signalled as they stream; tool calls only come whole, with the
//! answer. Ends exactly once, also when cancelled or destroyed. Not thread-safe; never blocks.
class Completion : public QObject
{
    Q_OBJECT
public:
    explicit Completion(QObject* parent = nullptr);
    ~Completion() override; // ends with Cancelled if it has not ended

    //! Cancelled after cancel(); Unavailable when the model could not be reached in spite of retries; Forbidden for a
    //! refused key; Invalid when the provider refuses the request; Limit when it asks to wait too long.
    QFuture<Result<Answer>> result() const { return m_promise.future(); }
    virtual void start() = 0; // once; nothing is signalled before it
    void cancel();            // at once; any state, as often as you like

Q_SIGNALS:
    void thought(const QString& piece);
    void text(const QString& piece);
    //! What was streamed so far is void: the call begins again. `why` is a sentence for people.
    void restarted(const QString& why);
    //! The call is waiting before another attempt.
    void waiting(const QString& why);
    //! The provider wants no more calls for so long (429 with retry-after). Followed by waiting(), restarted() or the
    //! end with Limit.
    void limited(std::chrono::milliseconds wait);

protected:
    virtual void stop() = 0; // called once by cancel(): let go of the network or timer
    void finish(Result<Answer> result);
    bool isDone() const { return m_done; }

private:
    QPromise<Result<Answer>> m_promise;
    bool m_done = false;
};

//! A model that answers conversations. Completions may outlive it.
class Provider
{
public:
    virtual ~Provider() = default;
    virtual std::unique_ptr<Completion> complete(const Request& request) = 0;
    //! Name, prices and limits of the model; prices unknown for models the table does not list.
    virtual const ModelInfo& model() const = 0;
};

} // namespace switchyard::llm
