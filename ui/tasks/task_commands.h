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

    void pauseOrResume(const Task& task);
    void cancel(const Task& task);
    void retry(const Task& task);
    //! One small dialog: whether to delete the branch; `deleteBranch` is how the box stands at first.
    void merge(const Task& task, bool deleteBranch);
    void discard(const Task& task);
    void remove(const Task& task);
    void changePriority(const Task& task, int step); //!< +1: sooner, -1: later
    void guide(const TaskId& id, const QString& text);
    void answer(const Task& task, const QString& text);

    static bool canPause(const Task& task);
    static bool canResume(const Task& task);
    static bool canCancel(const Task& task);
    static bool canRetry(const Task& task);
    static bool canMerge(const Task& task);
    static bool canDiscard(const Task& task);

Q_SIGNALS:
    void said(switchyard::ui::Tone tone, const QString& text);
    void failed(const switchyard::Error& error);
    void branchChoiceMade(bool deleteBranch); //!< to be remembered

private:
    void ask(const QString& name, const QString& title, const QString& question, const QString& consequence,
             const QString& button, std::function<void()> yes);
    void run(QCoro::Task<Result<>> call, const QString& done = {});
    client::EngineClient& m_client;
    QWidget* const m_window;
};

} // namespace switchyard::ui
