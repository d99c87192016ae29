#pragma once

#include "llm/provider.h"

#include <chrono>

namespace switchyard::llm {

//! A model whose words are written down beforehand, for demos and tests without key or network (docs/builtin-agent.md).
//! Each turn lists variants with conditions on the last tool result; when none fits, the call fails with what was
//! expected and what came, so a tool that did the wrong thing derails the script visibly.
struct Script {
    struct Condition { //!< of the last tool result; what is not set matches anything
        QString tool;
        std::optional<int> exitCode;
        bool nonzero = false; //!< any exit code but 0
        QString contains;
        std::optional<bool> refused;
        bool isAny() const { return tool.isEmpty() && !exitCode && !nonzero && contains.isEmpty() && !refused; }
        bool matches(const ToolResult* last) const;
        QString toString() const;
    };
    struct Variant {
        Condition when;
        QString thought;
        QString text;
        QList<ToolCall> calls;
        Usage usage;
        int pauseMs = 0; //!< before the tool calls, as if they were being written
    };
    using Turn = QList<Variant>;

    QString name;
    int paceMs = 0; //!< per streamed word
    QList<Turn> turns;

    static Result<Script> parse(const QByteArray& json, const QString& where);
    //! A file, or "demo" for the one compiled in.
    static Result<Script> load(const QString& fileOrDemo);
};

class ScriptedProvider final : public Provider
{
public:
    //! `pace` replaces the script's own; zero streams without any wait.
    explicit ScriptedProvider(Script script, ModelInfo model, std::optional<std::chrono::milliseconds> pace = {});
    std::unique_ptr<Completion> complete(const Request& request) override;
    const ModelInfo& model() const override { return m_model; }

private:
    std::shared_ptr<const Script> m_script;
    ModelInfo m_model;
};

//! The demonstration: its goal, and the small project it starts from (path → content).
QString demoGoal();
QMap<QString, QByteArray> demoProject();

} // namespace switchyard::llm
