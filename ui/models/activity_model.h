#pragma once

#include "model/event.h"

#include <QAbstractListModel>
#include <QCoreApplication>

#include <deque>

namespace switchyard::ui {

//! How a check of the newest attempt ended: tests, a build, a validation step.
struct CheckResult {
    QString name; //!< a later one of that name takes its place
    bool ok = true;
    QString text;
};

struct PlanEntry {
    QString text;
    QString status; //!< "pending", "in_progress", "completed"
    bool operator==(const PlanEntry&) const = default;
};

//! One row of the activity stream.
struct ActivityItem {
    enum class Kind {
        Message,
        Thought,
        Guidance,
        Tool,
        Command,
        Plan,
        File,
        Phase,
        Attempt,
        Notice,
        Question,
        Git,
        Ended
    };
    enum class State { None, Running, Waiting, Ok, Failed, Denied };
    Kind kind = Kind::Notice;
    State state = State::None;
    QString title = {};  //!< one line; of a command: as it runs
    QString detail = {}; //!< short, at the right: "1 failed, 3 passed", "waits for your code"
    QString body = {};   //!< Markdown of a message; else plain text, shown when unfolded
    QString toolKind =
        {}; //!< of a tool call, as the agent named it: "read", "edit", "execute"…; of a notice: its severity
    UtcTime time{};
    milliseconds duration{-1};
    int attempt = 0;
    int added = 0, removed = 0;
    qint64 logFrom = -1, logTo = -1; //!< bytes of the output log; -1: none
    int times = 1;                   //!< so many equal calls in a row are one row
    bool unfolded = false;
    int revision = 0; //!< grows with every change, for caches

    bool canUnfold() const;
};

//! The story of one task as rows: chunks of a message joined, a tool call with the command, the file change, the test
//! result and the confirmation that belong to it in one row, equal calls folded. Rows are only appended or changed,
//! never moved. At most `maxItems` are kept: a longer story loses its beginning.
class ActivityModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { KindRole = Qt::UserRole + 1, StateRole };
    static constexpr int maxItems = 20'000;

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    void clear();
    //! Events of the task in order; the only function that adds to the story.
    void apply(const QList<Event>& events);
    void setUnfolded(int row, bool unfolded);
    //! Output of a command, once read from its log.
    void setBody(int row, const QString& text);

    const ActivityItem& item(int row) const { return m_items.at(size_t(row)); }
    const QList<PlanEntry>& plan() const { return m_plan; }
    int stepsDone() const;
    const QList<CheckResult>& checks() const { return m_checks; }
    int attempts() const { return m_attempt; }
    //! Paths that the task has changed, in order of the first change.
    const QStringList& files() const { return m_files; }

Q_SIGNALS:
    void planChanged();
    void filesChanged();

private:
    void applyOne(const Event& event);
    void applyAgent(const Event& event);
    void applyTool(const Event& event);
    void applyCommand(const Event& event);
    void applyCheck(const Event& event);
    void applyFile(const Event& event);
    void applyConfirmation(const Event& event);
    void applyTask(const Event& event);
    void applyGit(const Event& event);
    void applyText(const Event& event, ActivityItem::Kind kind);
    int add(ActivityItem item);
    ActivityItem& change(int row);
    int lastRow() const { return int(m_items.size() + m_fresh.size()) - 1; }
    const ActivityItem& peek(int row) const;
    int openTool(bool (*fits)(const ActivityItem&)) const;
    void foldRepeated(int row);
    QString spoken(const ActivityItem& item) const;
    static int takeRow(QHash<QString, int>& rows, const QString& id); //!< -1: not known
    static QString oneLine(const QString& text);

    static constexpr qsizetype maxBody = 256 * 1024; //!< of one message or output; the log has everything

    std::deque<ActivityItem> m_items;
    std::deque<ActivityItem> m_fresh; //!< of the batch at hand, not yet announced
    std::vector<int> m_touched;
    QHash<QString, int> m_tools, m_commands, m_confirmations;
    QList<PlanEntry> m_plan;
    QList<CheckResult> m_checks;
    int m_planRow = -1;
    int m_lastCommand = -1;
    int m_attempt = 0;
    QStringList m_files;
    bool m_planTouched = false, m_filesTouched = false;
};

} // namespace switchyard::ui
