// What plain words in the command field do, apart from starting a task.

#include "ui/confirm/confirm_dialog.h"
#include "ui/shell/main_window.h"
#include "ui/shell/message_bar.h"
#include "ui/tasks/task_commands.h"
#include "ui/tasks/task_page.h"

namespace switchyard::ui {

using Kind = client::Intent::Kind;

void MainWindow::carryOut(const client::Intent& intent)
{
    switch (intent.kind) {
    case Kind::Nothing:
    case Kind::Start:
        return; // the command field starts by itself
    case Kind::Overview:
        return sayOverview();
    case Kind::Allow:
    case Kind::Deny:
        return answerFromField(intent);
    default:
        break;
    }
    QList<Task> tasks;
    for (const auto& task : m_feed.tasks()) {
        if (intent.task.isNull() ? !isFinished(task->status) : task->id() == intent.task)
            tasks << *task;
    }
    if (tasks.isEmpty()) {
        m_message->show(Tone::NeedsYou, intent.task.isNull() ? tr("No task is under way.")
                                                             : tr("There is no task %1.").arg(intent.task.toString()));
        return;
    }
    if (tasks.size() > 1) {
        if (intent.kind == Kind::Progress)
            return sayOverview();
        m_message->show(Tone::NeedsYou, tr("%n task(s) are under way: name the one you mean, such as “cancel %1”.",
                                           nullptr, int(tasks.size()))
                                            .arg(tasks.first().id().toString()));
        return;
    }
    openTask(tasks.first().id());
    switch (intent.kind) {
    case Kind::Progress:
        m_message->show(Tone::Accent, TaskText::spoken(tasks.first()));
        break;
    case Kind::Cancel:
        m_commands->cancel(tasks);
        break;
    case Kind::Pause:
    case Kind::Resume:
        m_commands->pauseOrResume(tasks);
        break;
    case Kind::Retry:
        m_commands->retry(tasks);
        break;
    case Kind::Tell:
        m_commands->guide(tasks.first().id(), intent.text);
        break;
    default:
        break;
    }
}

void MainWindow::sayOverview()
{
    QStringList words;
    const auto add = [&](const QString& text, Group group) {
        if (m_model->count(group) > 0)
            words << text;
    };
    add(tr("%n need(s) you", "tasks", m_model->count(Group::NeedsYou)), Group::NeedsYou);
    add(tr("%n running", "tasks", m_model->count(Group::Running)), Group::Running);
    add(tr("%n queued", "tasks", m_model->count(Group::Queued)), Group::Queued);
    add(tr("%n ready for review", "tasks", m_model->count(Group::Review)), Group::Review);
    if (words.isEmpty())
        words << tr("Nothing is under way.");
    for (const auto& task : m_feed.tasks()) {
        if (TaskText::group(*task) == Group::Running && words.size() < 8)
            words << u"“%1”: %2, %3 %"_s.arg(task->spec.title, TaskText::phase(task->phase)).arg(task->percent);
    }
    m_message->show(Tone::Accent, words.join(u" · "_s));
}

void MainWindow::answerFromField(const client::Intent& intent)
{
    QList<Confirmation> open;
    for (const auto& task : m_feed.tasks())
        open << task->waitingFor;
    if (open.size() != 1) { // which of them has to be seen
        m_confirm->bringUp({});
        return;
    }
    const bool allow = intent.kind == Kind::Allow;
    QCoro::connect(m_client.answerConfirmation(open.first().id, allow, intent.code), this,
                   [this, allow, command = open.first().command](const Result<>& done) {
                       if (!done)
                           m_message->showError(done.error());
                       else
                           m_message->show(
                               Tone::Done,
                               (allow ? tr("Allowed: %1") : tr("Refused: %1")).arg(command.simplified().left(200)));
                   });
}

} // namespace switchyard::ui
