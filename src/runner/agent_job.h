#pragma once

#include "agent/agent_type.h"
#include "agent/session.h"
#include "runner/acting_files.h"
#include "runner/job.h"
#include "runner/terminal_host.h"
#include "runner/update_translator.h"
#include "runner/usage_meter.h"
#include "secrets/key_store.h"

#include <QTimer>

namespace switchyard::runner {

//! A session with an agent: prompts it with the goal, serves what it asks for inside the task's folder and through the
//! gate, and turns what it tells into events. Ends when the agent has nothing more to do.
class AgentJob : public Job, private agent::AgentHost
{
    Q_OBJECT
public:
    struct Request {
        agent::AgentServer server;
        agent::AgentType type;
        TaskSpec task;
        QString folder;
        QString resumeSession; //!< of an earlier attempt; empty: a new one
        llm::PriceTable prices;
        std::shared_ptr<const Enclosure> enclosure;
        std::shared_ptr<secrets::KeyStore> keys;
    };
    AgentJob(Request request, TerminalHost& host, ConfirmationDesk& desk, Recorder& recorder, PhaseTracker& tracker,
             const Clock& clock);

    QCoro::Task<Ending> run() override;
    void abort() override;
    void setFrozen(bool frozen) override;
    Result<> guide(const QString& text) override;
    Result<> answerQuestion(const QString& id, const QString& text) override;

Q_SIGNALS:
    void guided(); //!< words for the running turn have arrived, or wait for the next

private:
    QCoro::Task<agent::PermissionAnswer> requestPermission(agent::PermissionRequest request) override;
    void tellAllowed(const agent::PermissionRequest& request);
    Result<QString> readTextFile(const QString& path, int line, int limit) override;
    Result<> writeTextFile(const QString& path, const QString& text) override;
    QCoro::Task<Result<QString>> createTerminal(agent::TerminalRequest request) override;
    Result<agent::TerminalOutput> terminalOutput(const QString& terminal) override;
    QCoro::Task<Result<agent::TerminalOutput>> waitForExit(QString terminal) override;
    Result<> killTerminal(const QString& terminal) override;
    Result<> releaseTerminal(const QString& terminal) override;
    QCoro::Task<Result<QString>> askUser(QString question, QStringList options) override;

    QCoro::Task<Ending> converse();
    QCoro::Task<> stopSession();
    agent::SessionRequest sessionRequest() const;
    QString modelInUse(const agent::AcpSession::Started& started) const;
    Result<QJsonArray> firstPrompt(const agent::AcpSession::Started& started) const;
    QCoro::Task<> guideNow(QString text);
    Ending endingFor(const agent::TurnEnd& end) const;
    Ending failedBy(const Error& error);
    //! A path within one of the folders that the task may use, its links followed.
    struct Place {
        QString root;
        QString relative; //!< to root; empty: root itself
    };
    Result<Place> insideFolder(const QString& path) const;
    QCoro::Task<> tellActingFiles();
    Result<Place> openedFor(const QString& path, bool writing);
    Result<> mayWrite(const QString& path) const;
    //! The model of a scripted agent is a file: it needs no network.
    bool reachesModel() const { return !m_request.task.model.startsWith(u"script:"); }
    void countStep(int step, int steps);
    void tellSilence();

    const Request m_request;
    TerminalHost& m_host;
    ConfirmationDesk& m_desk;
    Recorder& m_recorder;
    PhaseTracker& m_tracker;
    const Clock& m_clock;
    UpdateTranslator m_translator;
    UsageMeter m_meter;
    agent::AcpSession m_session;
    QStringList m_guidance;    //!< for the next turn
    qint64 m_limitedUntil = 0; //!< told by the agent; UTC ms
    int m_guiding = 0;         //!< on its way into the running one
    struct Question {
        QString id;
        QPromise<Result<QString>> promise;
    };
    std::unique_ptr<Question> m_question;
    QString m_lastErrorLine;
    ActingFiles m_actingFiles;  //!< as they were at the start
    QString m_refused;          //!< the newest command that the user refused
    QTimer m_silence;           //!< runs during a turn
    milliseconds m_lastWord{0}; //!< of the agent; by the monotonic clock
    bool m_aborted = false;
    bool m_overLimit = false;
};

} // namespace switchyard::runner
