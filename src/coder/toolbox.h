#pragma once

#include "coder/client.h"
#include "coder/plan.h"
#include "coder/workspace.h"
#include "llm/message.h"

#include <QSet>

#include <span>

namespace switchyard::coder {

//! What came of one tool call.
struct Outcome {
    QString text{}; //!< for the model
    bool ok = true;
    QJsonObject facts{};  //!< for programs: exit_code, refused
    QJsonArray content{}; //!< for the client: diffs, terminals; empty: the text is shown
    bool endsTurn = false;
};
Outcome failure(const QString& text, const QJsonObject& facts = {});
Outcome failure(const Error& error);

//! What happened in a turn, as far as the loop must know.
struct TurnFacts {
    bool wroteFiles = false;
    bool testsFailed = false; //!< the newest test command failed
    bool testing = false;     //!< the newest command was a test
    QString question;         //!< asked, and nobody could be asked: the turn ends with it
    QString summary;          //!< of finish
    QStringList left;         //!< of finish
};

//! The tools of the agent: what they are called, what they do, and how they are reported to the client. One call at a
//! time. Owned by a session that outlives every running call.
class Toolbox
{
public:
    Toolbox(Client& client, Workspace workspace, Cancellation& cancellation);

    static QList<llm::ToolSpec> specs();
    //! Never fails: what goes wrong is told to the model in the outcome.
    //! `tokens`: what the model took to ask for it.
    QCoro::Task<llm::ToolResult> run(llm::ToolCall call, qint64 tokens = 0);

    //! Tells the client of a call that was made earlier.
    void replay(const llm::ToolCall& call, const llm::ToolResult& result);

    Plan& plan() { return m_plan; }
    const Plan& plan() const { return m_plan; }
    const TurnFacts& facts() const { return m_facts; }
    bool endsTurn() const { return m_endsTurn; }
    void beginTurn();
    void goOn() { m_endsTurn = false; } //!< finish is void: the person has said something more
    //! Ends commands that still run in the background; their lines, for the closing message.
    QStringList endCommands();

private:
    struct Tool;
    struct Call {   //!< what a tool gets to work with
        QString id; //!< unique in the session
        QJsonObject input;
        qint64 tokens = 0;
    };
    struct Command {
        QString line;
        QString terminal; //!< empty once released
        QString text;     //!< all its output, once ended
        bool ended = false;
    };
    static std::span<const Tool> tools();
    static const Tool* findTool(const QString& name);

    QCoro::Task<Outcome> listFiles(Call call);
    QCoro::Task<Outcome> readFile(Call call);
    QCoro::Task<Outcome> writeFile(Call call);
    QCoro::Task<Outcome> editFile(Call call);
    QCoro::Task<Outcome> search(Call call);
    QCoro::Task<Outcome> runCommand(Call call);
    QCoro::Task<Outcome> readOutput(Call call);
    QCoro::Task<Outcome> stopCommand(Call call);
    QCoro::Task<Outcome> updatePlan(Call call);
    QCoro::Task<Outcome> askUser(Call call);
    QCoro::Task<Outcome> finish(Call call);

    QCoro::Task<Outcome> collect(QString id, milliseconds limit);
    QString rememberCommand(const QString& line, const QString& terminal);
    void report(const Tool& tool, const Call& call);
    void reportEnd(const Call& call, const Outcome& outcome);
    QJsonArray locations(const QJsonObject& input) const;
    QString uniqueId(const QString& id);

    Client& m_client;
    const Workspace m_workspace;
    Cancellation& m_cancellation;
    Plan m_plan;
    TurnFacts m_facts;
    bool m_endsTurn = false;
    QSet<QString> m_callIds;
    QMap<QString, Command> m_commands; //!< by id: "c1", "c2"…
    QStringList m_commandOrder;        //!< oldest first
    int m_lastCommand = 0;
};

//! "delete" for a command that is one (rm, rmdir, unlink, git rm, git clean…), else "execute"; a help for the eye only.
QString commandKind(const QString& line);
//! True for a command that runs tests.
bool isTestCommand(const QString& line);

} // namespace switchyard::coder
