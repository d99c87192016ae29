#pragma once

#include "rpc/peer.h"

namespace switchyard::doors {

//! Who called a tool, and whether it is still wanted.
struct ToolCall {
    QString assistant;      //!< as the client named itself; for the audit
    bool withdrawn = false; //!< set while it is at work; nobody waits for the answer any more
};

//! What a tool says: words, and the same as data in the shape of its output schema.
struct ToolAnswer {
    QString text;
    QJsonObject data;
};

//! One function that an assistant may call. Errors of its own are told to the assistant as words, with their hint.
struct Tool {
    QString name;
    QString title;
    QString description;
    QJsonObject input; //!< JSON schemas of objects
    QJsonObject output;
    QJsonObject annotations;
    std::function<QCoro::Task<Result<ToolAnswer>>(QJsonObject arguments, std::shared_ptr<const ToolCall> call)> run;
};

//! The server's side of the Model Context Protocol, versions 2024-11-05 to 2025-06-18, over one device: tools, and
//! nothing else. Arguments are held against the tool's schema as far as names and simple types go. Thread: its own.
class McpServer : public QObject
{
    Q_OBJECT
public:
    //! The device must outlive it and be open.
    McpServer(QIODevice* device, QList<Tool> tools, QString instructions, QObject* parent = nullptr);

Q_SIGNALS:
    void finished(); //!< the input has ended and everything is answered

private:
    Result<QJsonValue> initialize(const QJsonObject& params);
    Result<QJsonValue> listTools(const QJsonObject& params) const;
    rpc::Reply callTool(const QJsonObject& params);
    void cancel(const QJsonObject& params);
    static rpc::Reply run(QPointer<McpServer> self, Tool tool, QJsonObject arguments, QJsonValue id,
                          std::shared_ptr<ToolCall> call, bool structured);

    const QList<Tool> m_tools;
    const QString m_instructions;
    QString m_version; //!< empty: not initialized
    QString m_assistant;
    QList<std::pair<QJsonValue, std::shared_ptr<ToolCall>>> m_calls; //!< at work
    rpc::Peer m_peer;
};

//! Invalid, naming the argument: missing, unknown, or not of the type that the schema says.
Result<> checkArguments(const QJsonObject& arguments, const QJsonObject& schema);

} // namespace switchyard::doors
