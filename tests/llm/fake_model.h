#pragma once

#include "llm/message.h"

#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>

namespace switchyard::testing {

enum class Dialect { Anthropic, OpenAi };

//! What the model is to say.
struct Speech {
    QString thinking;
    QString text;
    QList<llm::ToolCall> calls; //!< `inputError`, if set, is sent in place of the arguments
    llm::Usage usage;
    QString stopReason; //!< Anthropic's; empty: what fits
};

//! One answer of the server to one request.
struct Reply {
    int status = 200;
    QList<QByteArray> headers; //!< "name: value"
    QByteArray body;           //!< an event stream when the status is 200 and no content type is given
    qsizetype cutAfter = -1;   //!< so many bytes of the body, then the line breaks
    bool hangs = false;        //!< headers and what may come before the cut, then silence

    static Reply say(Dialect dialect, const Speech& speech);
    static Reply error(int status, const QByteArray& body = "{}", QList<QByteArray> headers = {});
    Reply cutAt(const QByteArray& mark) const; //!< right before its first occurrence in the body
};

//! A model server on 127.0.0.1 that answers from a list: real HTTP, chunked, in small pieces.
class FakeModel : public QTcpServer
{
    Q_OBJECT
public:
    FakeModel();
    QString url() const { return u"http://127.0.0.1:%1"_s.arg(serverPort()); }

    QList<Reply> replies;                                    //!< taken one by one; none left: 500
    std::function<Reply(const QJsonObject& body)> onRequest; //!< asked first when set
    struct Seen {
        QByteArray head; //!< request line and headers
        QJsonObject body;
    };
    QList<Seen> requests;
    int lostConnections = 0; //!< closed by the client before the answer was whole

private:
    void serve(QTcpSocket* socket);
    void answer(QTcpSocket* socket, const Reply& reply);
};

} // namespace switchyard::testing
