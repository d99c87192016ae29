#pragma once

#include "base/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>

namespace switchyard::llm {

//! The model asks for a tool. With `inputError` set its arguments could not be read: answer with that, run nothing.
struct ToolCall {
    QString id;
    QString name;
    QJsonObject input;
    QString inputError;
    bool operator==(const ToolCall&) const = default;
};

//! What came of a tool call. `facts` are for programs (exit_code, refused, cut), `text` is for the model.
struct ToolResult {
    QString callId;
    QString tool;
    QString text;
    bool ok = true;
    QJsonObject facts;
    bool operator==(const ToolResult&) const = default;
};

//! A thought as the provider gave it; signed ones must go back unchanged with the tool results.
struct Thinking {
    QString text;
    QString signature;
    QString redacted; //!< opaque; then the others are empty
    bool operator==(const Thinking&) const = default;
};

//! What a person shows the model.
struct Picture {
    static bool canBeShown(const QString& mimeType); //!< the types that the providers take
    QString mimeType;
    QString data; //!< base64
    bool operator==(const Picture&) const = default;
};

//! One message of a conversation, in no provider's dialect.
struct Message {
    enum class Role { User, Assistant, Tools };
    Role role = Role::User;
    QString text;
    QList<Thinking> thinking;  //!< Assistant
    QList<ToolCall> calls;     //!< Assistant
    QList<ToolResult> results; //!< Tools: one for each call of the message before it

    QList<Picture> pictures{}; //!< User

    static Message user(const QString& text) { return {Role::User, text, {}, {}, {}, {}}; }
    static Message tools(const QList<ToolResult>& results) { return {Role::Tools, {}, {}, {}, results, {}}; }
    QJsonObject toJson() const;
    static Result<Message> fromJson(const QJsonObject& json);
    //! Characters it takes in a request, roughly; four make about a token.
    qint64 weight() const;
    bool operator==(const Message&) const = default;
};

//! A tool as it is offered to the model; `schema` is the JSON schema of its input.
struct ToolSpec {
    QString name;
    QString description;
    QJsonObject schema;
};

//! Tokens. `input` counts what was neither read from nor written to the provider's cache.
struct Usage {
    qint64 input = 0;
    qint64 output = 0;
    qint64 cacheRead = 0;
    qint64 cacheWrite = 0;

    qint64 context() const { return input + cacheRead + cacheWrite + output; } //!< what one call held in all
    Usage& operator+=(const Usage& other);
    bool operator==(const Usage&) const = default;
};

} // namespace switchyard::llm
