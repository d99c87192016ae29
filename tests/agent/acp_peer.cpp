// A scripted agent that speaks ACP on its standard input and output, for the tests of the client side.
//
//   acp_peer SCRIPT.json RECORD.ndjson      plays a script
//   acp_peer --replay CAPTURE.ndjson RECORD.ndjson WS   plays the agent's side of a capture; "<WS>" becomes WS
//
// A script: {"start": [ACTION…], "on": {METHOD: [ACTION…]}}. METHOD is a request or notification of the client's;
// without an entry initialize, session/new and session/prompt are answered with the least that is right, other requests
// with {}. ACTION is one of
//   {"answer": RESULT}  {"error": {code, message, data}}      to the request being handled; "id": answers another one
//   {"notify": METHOD, "params": {…}}  {"update": {…}}        the second is a session/update
//   {"request": METHOD, "params": {…}, "id": ID, "wait": true}  waits for the answer unless told not to
//   {"await": METHOD}                                         until the client sends it
//   {"raw": TEXT}  {"flood": BYTES}                           as they are, no line end; flood is one endless word
//   {"stderr": TEXT}  {"exit": CODE}  {"signal": NUMBER}  {"hang": true}  {"stay": true} (outlive the end of input)
// Everything that the client sends is appended to RECORD, one message a line.

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <string>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

class ScriptedAgent
{
public:
    ScriptedAgent(QJsonObject script, const QString& record) : m_script(std::move(script)), m_record(record)
    {
        if (!m_record.open(QIODevice::Append))
            _exit(90);
    }

    void run()
    {
        perform(m_script[u"start"].toArray(), {});
        while (receive()) {
        }
        while (m_stays)
            pause();
    }

    //! The agent's side of a capture.
    void replay(const QString& file, const QString& folder)
    {
        QFile capture(file);
        if (!capture.open(QIODevice::ReadOnly))
            _exit(91);
        QHash<int, QJsonValue> ids; // of the capture's client → of ours
        while (!capture.atEnd()) {
            auto line = capture.readLine();
            line.replace("<WS>", folder.toUtf8());
            const auto entry = QJsonDocument::fromJson(line).object();
            auto message = entry[u"msg"].toObject();
            const auto direction = entry[u"dir"].toString();
            if (direction == u"agent->client") {
                if (!message.contains(u"method"))
                    message[u"id"] = ids.value(message[u"id"].toInt());
                send(message);
            } else if (direction == u"client->agent") {
                const auto got = awaitLike(message);
                if (message.contains(u"method"))
                    ids.insert(message[u"id"].toInt(), got[u"id"]);
            }
        }
        while (receive()) {
        }
    }

private:
    //! The next message of the client's, or nothing at its end.
    QJsonObject read()
    {
        std::string line;
        if (!std::getline(std::cin, line))
            return {};
        m_record.write(line.data(), qint64(line.size()));
        m_record.write("\n");
        m_record.flush();
        return QJsonDocument::fromJson(QByteArray::fromStdString(line)).object();
    }

    QJsonObject awaitLike(const QJsonObject& wanted)
    {
        const bool answer = !wanted.contains(u"method");
        for (;;) {
            const auto got = read();
            if (got.isEmpty())
                _exit(0);
            if (answer ? !got.contains(u"method") && got[u"id"] == wanted[u"id"] : got[u"method"] == wanted[u"method"])
                return got;
            if (got.contains(u"method") && got.contains(u"id")) // something the capture's client did not ask
                send({{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, got[u"id"]}, {u"result"_s, QJsonObject()}});
        }
    }

    //! Handles one message; false at the end of input.
    bool receive()
    {
        const auto message = read();
        if (message.isEmpty())
            return false;
        m_last = message;
        const auto method = message[u"method"].toString();
        if (method.isEmpty())
            return true;
        const auto actions = m_script[u"on"][method];
        if (actions.isArray())
            perform(actions.toArray(), message[u"id"]);
        else if (message.contains(u"id"))
            answer(message[u"id"], usual(method));
        return true;
    }

    static QJsonObject usual(const QString& method)
    {
        if (method == u"initialize")
            return {{u"protocolVersion"_s, 1},
                    {u"agentInfo"_s, QJsonObject{{u"name"_s, u"scripted"_s}, {u"version"_s, u"1.2.3"_s}}}};
        if (method == u"session/new")
            return {{u"sessionId"_s, u"s1"_s}};
        if (method == u"session/prompt")
            return {{u"stopReason"_s, u"end_turn"_s}};
        return {};
    }

    void perform(const QJsonArray& actions, const QJsonValue& id)
    {
        for (const auto& entry : actions) {
            const auto action = entry.toObject();
            if (action.contains(u"answer"))
                answer(action.contains(u"id") ? action[u"id"] : id, action[u"answer"]);
            else if (action.contains(u"error"))
                send({{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, id}, {u"error"_s, action[u"error"]}});
            else if (action.contains(u"notify"))
                send({{u"jsonrpc"_s, u"2.0"_s}, {u"method"_s, action[u"notify"]}, {u"params"_s, action[u"params"]}});
            else if (action.contains(u"update"))
                send({{u"jsonrpc"_s, u"2.0"_s},
                      {u"method"_s, u"session/update"_s},
                      {u"params"_s, QJsonObject{{u"sessionId"_s, action[u"session"].toString(u"s1"_s)},
                                                {u"update"_s, action[u"update"]}}}});
            else if (action.contains(u"request"))
                request(action);
            else if (action.contains(u"await"))
                awaitMethod(action[u"await"].toString());
            else
                performCrudely(action);
        }
    }

    void performCrudely(const QJsonObject& action)
    {
        if (action.contains(u"raw"))
            write(action[u"raw"].toString().toUtf8());
        else if (action.contains(u"flood"))
            flood(action[u"flood"].toInteger());
        else if (action.contains(u"stderr"))
            std::cerr << action[u"stderr"].toString().toStdString() << std::flush;
        else if (action.contains(u"exit"))
            _exit(action[u"exit"].toInt());
        else if (action.contains(u"signal"))
            raise(action[u"signal"].toInt());
        else if (action.contains(u"stay"))
            m_stays = true;
        else if (action.contains(u"close"))
            close(1);
        else if (action.contains(u"hang"))
            for (;;)
                pause();
    }

    void request(const QJsonObject& action)
    {
        const auto id = action.contains(u"id") ? action[u"id"] : QJsonValue(m_nextId++);
        send({{u"jsonrpc"_s, u"2.0"_s},
              {u"id"_s, id},
              {u"method"_s, action[u"request"]},
              {u"params"_s, action[u"params"]}});
        while (action[u"wait"].toBool(true)) {
            if (!receive())
                _exit(0);
            if (!m_last.contains(u"method") && m_last[u"id"] == id)
                return;
        }
    }

    void awaitMethod(const QString& method)
    {
        do {
            if (!receive())
                _exit(0);
        } while (m_last[u"method"].toString() != method);
    }

    static void flood(qint64 bytes)
    {
        const QByteArray piece(1 << 16, 'x');
        for (qint64 sent = 0; sent < bytes; sent += piece.size())
            write(piece);
    }

    static void answer(const QJsonValue& id, const QJsonValue& result)
    {
        send({{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, id}, {u"result"_s, result}});
    }
    static void send(const QJsonObject& message)
    {
        write(QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n');
    }
    static void write(const QByteArray& bytes)
    {
        std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stdout);
        if (std::fflush(stdout) != 0)
            _exit(92);
    }

    const QJsonObject m_script;
    QFile m_record;
    QJsonObject m_last;
    int m_nextId = 0; // the same numbers as the client's: the two must not mix
    bool m_stays = false;
};

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication app(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    if (arguments.size() == 5 && arguments[1] == u"--replay") {
        ScriptedAgent({}, arguments[3]).replay(arguments[2], arguments[4]);
        return 0;
    }
    if (arguments.size() != 3)
        return 93;
    QFile script(arguments[1]);
    if (!script.open(QIODevice::ReadOnly))
        return 94;
    const auto json = QJsonDocument::fromJson(script.readAll());
    if (!json.isObject())
        return 95;
    ScriptedAgent(json.object(), arguments[2]).run();
    return 0;
}
