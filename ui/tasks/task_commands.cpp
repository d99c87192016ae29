#include "ui/tasks/task_commands.h"

#include "ui/tasks/merge_dialog.h"
#include "ui/tasks/recovery_dialog.h"

#include <QMessageBox>
#include <QPushButton>

namespace switchyard::ui {

TaskCommands::TaskCommands(client::EngineClient& client, QWidget* window)
    : QObject(window), m_client(client), m_window(window)
{
}

bool TaskCommands::canPause(const Task& task)
{
    return task.status == TaskStatus::Running || task.status == TaskStatus::Waiting;
}

bool TaskCommands::canResume(const Task& task)
{
    return task.status == TaskStatus::Paused;
}

bool TaskCommands::canCancel(const Task& task)
{
    return !isFinished(task.status);
}

bool TaskCommands::canRetry(const Task& task)
{
    return isFinished(task.status) && task.mergedInto.isEmpty() && !task.discarded;
}

bool TaskCommands::canMerge(const Task& task)
{
    return task.isReviewable();
}

bool TaskCommands::canDiscard(const Task& task)
{
    return isFinished(task.status) && !task.branch.isEmpty() && task.mergedInto.isEmpty() && !task.discarded;
}

bool TaskCommands::canRecover(const Task& task)
{
    return isFinished(task.status) && task.attempt > 0 && task.mergedInto.isEmpty() && !task.discarded;
}

bool TaskCommands::canArchive(const Task& task)
{
    return isFinished(task.status) && !task.archived;
}

bool TaskCommands::canDelete(const Task& task)
{
    return !task.id().isNull() && isFinished(task.status);
}

bool TaskCommands::canPrioritise(const Task& task)
{
    return !task.id().isNull() && !isFinished(task.status);
}

QList<Task> TaskCommands::fitting(const QList<Task>& tasks, bool (*fits)(const Task&))
{
    QList<Task> those;
    std::ranges::copy_if(tasks, std::back_inserter(those), fits);
    return those;
}

void TaskCommands::run(QCoro::Task<Result<>> call, const QString& done)
{
    QCoro::connect(std::move(call), this, [this, done](const Result<>& result) {
        if (!result)
            Q_EMIT failed(result.error());
        else if (!done.isEmpty())
            Q_EMIT said(Tone::Done, done);
    });
}

void TaskCommands::ask(const QString& name, const QString& title, const QString& question, const QString& consequence,
                       const QString& button, std::function<void()> yes)
{
    auto* const box = new QMessageBox(QMessageBox::NoIcon, title, question, QMessageBox::NoButton, m_window);
    box->setObjectName(name);
    box->setInformativeText(consequence);
    box->setAttribute(Qt::WA_DeleteOnClose);
    auto* const act = box->addButton(button, QMessageBox::DestructiveRole);
    act->setObjectName(name + u"Yes"_s);
    auto* const keep = box->addButton(tr("Go back"), QMessageBox::RejectRole);
    keep->setObjectName(name + u"No"_s);
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(box, &QMessageBox::buttonClicked, this, [act, yes = std::move(yes)](QAbstractButton* clicked) {
        if (clicked == act)
            yes();
    });
    box->open();
}

void TaskCommands::pauseOrResume(const QList<Task>& tasks)
{
    const auto paused = fitting(tasks, &TaskCommands::canResume);
    for (const auto& task : paused)
        run(m_client.resumeTask(task.id()));
    for (const auto& task : paused.isEmpty() ? fitting(tasks, &TaskCommands::canPause) : QList<Task>{})
        run(m_client.pauseTask(task.id()));
}

void TaskCommands::cancel(const QList<Task>& tasks)
{
    const auto those = fitting(tasks, &TaskCommands::canCancel);
    if (those.isEmpty())
        return;
    ask(u"cancelDialog"_s, tr("Cancel task"),
        those.size() == 1 ? tr("Cancel “%1”?").arg(those.first().spec.title)
                          : tr("Cancel %n task(s)?", nullptr, int(those.size())),
        tr("Its agent and all its processes end at once. What it has done so far is kept on its branch."),
        those.size() == 1 ? tr("Cancel the task") : tr("Cancel them"), [this, those] {
            for (const auto& task : those)
                run(m_client.cancelTask(task.id()));
        });
}

void TaskCommands::retry(const QList<Task>& tasks)
{
    const auto those = fitting(tasks, &TaskCommands::canRetry);
    for (const auto& task : those)
        run(m_client.retryTask(task.id()),
            those.size() == 1 ? tr("“%1” starts again.").arg(task.spec.title) : QString());
    if (those.size() > 1)
        Q_EMIT said(Tone::Done, tr("%n task(s) start again.", nullptr, int(those.size())));
}

void TaskCommands::archive(const QList<Task>& tasks)
{
    const auto away = fitting(tasks, &TaskCommands::canArchive);
    for (const auto& task : away)
        run(m_client.archiveTask(task.id(), true));
    if (!away.isEmpty())
        return;
    for (const auto& task : tasks) {
        if (task.archived)
            run(m_client.archiveTask(task.id(), false));
    }
}

void TaskCommands::merge(const Task& task, bool deleteBranch)
{
    if (!canMerge(task))
        return;
    auto* const dialog = new MergeDialog(task, deleteBranch, m_window);
    const auto id = task.id();
    QCoro::connect(m_client.checkMerge(id), dialog, [dialog](const Result<QString>& into) {
        const bool clear = into || into.error().code != ErrorCode::Conflict; // another error shows when merging
        dialog->setProblem(clear ? QString() : describe(into.error()));
    });
    connect(dialog, &QDialog::accepted, this, [this, dialog, id, title = task.spec.title] {
        const bool drop = dialog->deleteBranch();
        Q_EMIT branchChoiceMade(drop);
        QCoro::connect(m_client.merge(id, drop), this, [this, title](const Result<QString>& into) {
            if (!into)
                Q_EMIT failed(into.error());
            else
                Q_EMIT said(Tone::Done, tr("“%1” is merged into %2.").arg(title, *into));
        });
    });
    dialog->open();
}

void TaskCommands::discard(const Task& task)
{
    if (!canDiscard(task))
        return;
    const auto id = task.id();
    ask(u"discardDialog"_s, tr("Discard the change"), tr("Discard the change of “%1”?").arg(task.spec.title),
        tr("Its branch %1 and its worktree are removed. %n changed file(s) are lost. The log stays.", nullptr,
           task.filesChanged)
            .arg(task.branch),
        tr("Discard"), [this, id, title = task.spec.title] {
            run(m_client.discard(id), tr("The change of “%1” is discarded.").arg(title));
        });
}

void TaskCommands::recover(const Task& task)
{
    if (!canRecover(task))
        return;
    const auto id = task.id();
    const auto title = task.spec.title;
    auto* const dialog = new RecoveryDialog(title, m_window);
    QCoro::connect(m_client.recoveryPoints(id), dialog, [dialog](const Result<QList<client::RecoveryPoint>>& points) {
        if (points)
            dialog->setPoints(*points);
        else
            dialog->setTrouble(points.error());
    });
    connect(dialog, &RecoveryDialog::chosen, this, [this, id, title](int number) {
        QCoro::connect(m_client.restoreRecovery(id, number), this, [this, title](const Result<QJsonObject>& done) {
            if (!done)
                Q_EMIT failed(done.error());
            else
                Q_EMIT said(Tone::Done, tr("The files of “%1” are as they were then.").arg(title));
        });
    });
    dialog->open();
}

void TaskCommands::remove(const QList<Task>& tasks)
{
    const auto those = fitting(tasks, &TaskCommands::canDelete);
    if (those.isEmpty())
        return;
    int unmerged = 0;
    for (const auto& task : those)
        unmerged += task.isReviewable() ? 1 : 0;
    auto consequence = tr("Its logs and its worktree are removed. What was merged stays.");
    if (unmerged > 0)
        consequence += u' ' + tr("%n change(s) that were never merged are lost.", nullptr, unmerged);
    ask(u"deleteDialog"_s, tr("Delete task"),
        those.size() == 1 ? tr("Delete “%1” from the list?").arg(those.first().spec.title)
                          : tr("Delete %n task(s) from the list?", nullptr, int(those.size())),
        consequence, tr("Delete"), [this, those] {
            for (const auto& task : those)
                run(m_client.deleteTask(task.id()));
        });
}

void TaskCommands::changePriority(const QList<Task>& tasks, int step)
{
    for (const auto& task : tasks) {
        const auto wanted = std::clamp(int(task.spec.priority) - step, int(Priority::High), int(Priority::Low));
        if (wanted != int(task.spec.priority) && !isFinished(task.status))
            run(m_client.prioritise(task.id(), Priority(wanted)));
    }
}

void TaskCommands::guide(const TaskId& id, const QString& text)
{
    if (!text.trimmed().isEmpty())
        run(m_client.guide(id, text.trimmed()), tr("The agent gets your message with its next turn."));
}

void TaskCommands::answer(const Task& task, const QString& text)
{
    if (!text.trimmed().isEmpty())
        run(m_client.answerQuestion(task.id(), task.questionId, text.trimmed()));
}

} // namespace switchyard::ui
