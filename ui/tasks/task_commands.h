#pragma once

#include "client/engine_client.h"
#include "ui/theme/colors.h"

#include <QObject>

class QWidget;

namespace switchyard::ui {

//! What a person does to a task, in one place for the page, the list, the palette, the tray and notifications. Asks
//! where work could be lost, calls the engine, and says how it ended.
class TaskCommands : public QObject
{
    Q_OBJECT
public:
    TaskCommands(client::EngineClient& client, QWidget* window);

    // Of several, those are taken that allow it; what asks asks once for all of them.
    void pauseOrResume(const QList<Task>& tasks); //!< resumes if any of them is paused
    void cancel(const QList<Task>& tasks);
    void retry(const QList<Task>& tasks);
    void archive(const QList<Task>& tasks); //!< out of the way; back, if all of them are there already
    void remove(const QList<Task>& tasks);
    void changePriority(const QList<Task>& tasks, int step); //!< +1: sooner, -1: later
    //! One small dialog: whether to delete the branch; `deleteBranch` is how the box stands at first.
    void merge(const Task& task, bool deleteBranch);
    void discard(const Task& task);
    void recover(const Task& task); //!< a dialog with what was kept before confirmed commands
    void guide(const TaskId& id, const QString& text);
    void answer(const Task& task, const QString& text);

    static bool canPause(const Task& task);
    static bool canResume(const Task& task);
    static bool canCancel(const Task& task);
    static bool canRetry(const Task& task);
    static bool canMerge(const Task& task);
    static bool canDiscard(const Task& task);
    static bool canRecover(const Task& task);
    static bool canArchive(const Task& task);
    static bool canDelete(const Task& task);
    static bool canPrioritise(const Task& task);

Q_SIGNALS:
    void said(switchyard::ui::Tone tone, const QString& text);
    void failed(const switchyard::Error& error);
    void branchChoiceMade(bool deleteBranch); //!< to be remembered

private:
    static QList<Task> fitting(const QList<Task>& tasks, bool (*fits)(const Task&));
    void ask(const QString& name, const QString& title, const QString& question, const QString& consequence,
             const QString& button, std::function<void()> yes);
    void run(QCoro::Task<Result<>> call, const QString& done = {});
    client::EngineClient& m_client;
    QWidget* const m_window;
};

} // namespace switchyard::ui
