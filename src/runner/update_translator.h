#pragma once

#include "runner/phase_tracker.h"
#include "runner/recorder.h"
#include "runner/tool_record.h"

#include <QHash>
#include <QSet>

#include <deque>

namespace switchyard::runner {

//! Turns what an agent tells of itself (ACP session/update) into events of the task. Keeps every kind: what it does not
//! know goes into the journal raw, as agent.update. Tolerates updates in any order and at any time.
class UpdateTranslator : public QObject
{
    Q_OBJECT
public:
    //! `ownsFiles`: files are written through us, so an edit shown by the agent is not recorded a second time.
    UpdateTranslator(Recorder& recorder, PhaseTracker& tracker, const Clock& clock, bool ownsFiles,
                     QObject* parent = nullptr);

    //! Who it is that tells; goes into every record of a tool call.
    void setSource(const QString& agent, const QString& session);
    void translate(const QJsonObject& update);
    //! The gate or the user did not allow this call: it counts as failed even if the agent never says so (Gemini).
    void refused(const QString& toolCallId);
    //! At the end of a turn: what was refused and is still open ends now.
    void closeRefusedCalls();
    //! Ends every tool call still open, as `failed` with the reason (some agents never tell).
    void closeOpenCalls(const QString& why);
    bool hasOpenCalls() const { return !m_open.isEmpty(); }
    QString lastMessage() const { return m_message.trimmed(); } //!< the agent's words since the last tool call

Q_SIGNALS:
    void stepped(int step, int steps);
    void progressed();
    void limited(qint64 until); //!< its provider takes no calls until then (UTC ms); it may still come through
    void usageTold(const QJsonObject& update); //!< usage_update

private:
    struct Call : ToolCallRecord {
        milliseconds started{0};
        QString command; //!< as told to the tracker
    };
    void toolCall(const QJsonObject& update);
    void followCommand(Call& call);
    void finishCall(const Call& call, bool ok, const QString& words);
    void notice(const QJsonObject& update);
    void recordEdits(const Call& call);

    Recorder& m_recorder;
    PhaseTracker& m_tracker;
    const Clock& m_clock;
    const bool m_ownsFiles;
    QString m_agent, m_session;
    QHash<QString, Call> m_open;
    QSet<QString> m_ended; //!< ids of the newest ended calls: some agents tell more of them afterwards
    std::deque<QString> m_endedOrder;
    QString m_message;
    int m_calls = 0;
    bool m_countsSteps = false; //!< the agent counts them itself
};

//! Lines added and removed between two texts: exact for a single changed stretch, else an upper bound.
std::pair<int, int> countChangedLines(const QString& before, const QString& after);

} // namespace switchyard::runner
