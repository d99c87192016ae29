#include "client/template_store.h"
#include "ui/confirm/confirm_dialog.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/shell/actions.h"
#include "ui/shell/help_dialog.h"
#include "ui/shell/main_window.h"
#include "ui/shell/message_bar.h"
#include "ui/shell/notifier.h"
#include "ui/shell/palette_dialog.h"
#include "ui/shell/settings_dialog.h"
#include "ui/shell/tray.h"
#include "ui/start/command_bar.h"
#include "ui/start/start_flow.h"
#include "ui/start/start_form.h"
#include "ui/tasks/details_pane.h"
#include "ui/tasks/task_commands.h"
#include "ui/tasks/task_list_view.h"
#include "ui/tasks/task_page.h"
#include "ui/theme/icons.h"

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QMenu>
#include <QStackedWidget>
#include <QtConcurrentRun>

namespace switchyard::ui {

QList<Task> MainWindow::chosen() const
{
    auto ids = m_list->chosenTasks();
    if (!ids.contains(m_page->taskId()))
        ids = {m_page->taskId()};
    QList<Task> tasks;
    for (const auto& id : ids) {
        if (const auto* const task = m_feed.find(id))
            tasks << *task;
    }
    return tasks;
}

void MainWindow::updateTaskActions()
{
    const auto tasks = chosen();
    const auto any = [&](bool (*can)(const Task&)) { return std::ranges::any_of(tasks, can); };
    const auto& a = *m_actions;
    const bool resume = any(&TaskCommands::canResume), archive = any(&TaskCommands::canArchive);
    const auto many = int(tasks.size());
    a["task.pause"]->setText(resume ? tr("Resume") : tr("Pause"));
    a["task.pause"]->setIcon(icon(resume ? u"resume"_s : u"pause"_s));
    a["task.pause"]->setEnabled(resume || any(&TaskCommands::canPause));
    a["task.cancel"]->setText(many > 1 ? tr("Cancel %n task(s)", nullptr, many) : tr("Cancel"));
    a["task.cancel"]->setEnabled(any(&TaskCommands::canCancel));
    a["task.retry"]->setText(many > 1 ? tr("Retry %n task(s)", nullptr, many) : tr("Retry"));
    a["task.retry"]->setEnabled(any(&TaskCommands::canRetry));
    a["task.archive"]->setText(archive || many == 0 ? tr("Archive") : tr("Back from the archive"));
    a["task.archive"]->setEnabled(any([](const Task& task) { return isFinished(task.status); }));
    a["task.delete"]->setEnabled(any(&TaskCommands::canDelete));
    a["task.raise"]->setEnabled(any(&TaskCommands::canPrioritise));
    a["task.lower"]->setEnabled(any(&TaskCommands::canPrioritise));
    a["task.merge"]->setEnabled(many == 1 && any(&TaskCommands::canMerge));
    a["task.recover"]->setEnabled(many == 1 && any(&TaskCommands::canRecover));
    a["task.discard"]->setEnabled(many == 1 && any(&TaskCommands::canDiscard));
    if (const auto* const task = current())
        m_page->updateButtons(*task);
}

void MainWindow::showTaskMenu(const QPoint& at)
{
    auto* const menu = new QMenu(this);
    menu->setObjectName(u"taskMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    // Only what can be done; nothing is grey without a reason.
    const auto add = [&](std::initializer_list<const char*> ids) {
        for (const auto* const id : ids) {
            if (auto* const action = m_actions->action(id); action->isEnabled())
                menu->addAction(action);
        }
        menu->addSeparator();
    };
    add({"task.pause", "task.cancel", "task.retry"});
    add({"task.merge", "task.discard", "task.recover"});
    add({"task.raise", "task.lower"});
    add({"task.archive", "task.delete", "task.copyId"});
    menu->popup(at);
}

void MainWindow::connectTaskActions()
{
    const auto onChosen = [this](const char* id, auto run) {
        connect(m_actions->action(id), &QAction::triggered, this, [this, run] { run(chosen()); });
    };
    onChosen("task.pause", [this](const QList<Task>& tasks) { m_commands->pauseOrResume(tasks); });
    onChosen("task.cancel", [this](const QList<Task>& tasks) { m_commands->cancel(tasks); });
    onChosen("task.retry", [this](const QList<Task>& tasks) { m_commands->retry(tasks); });
    onChosen("task.archive", [this](const QList<Task>& tasks) { m_commands->archive(tasks); });
    onChosen("task.delete", [this](const QList<Task>& tasks) { m_commands->remove(tasks); });
    onChosen("task.raise", [this](const QList<Task>& tasks) { m_commands->changePriority(tasks, +1); });
    onChosen("task.lower", [this](const QList<Task>& tasks) { m_commands->changePriority(tasks, -1); });
    onChosen("task.copyId", [](const QList<Task>& tasks) {
        QStringList ids;
        for (const auto& task : tasks)
            ids << task.id().toString();
        QGuiApplication::clipboard()->setText(ids.join(u' '));
    });
    connect(m_list, &TaskListView::choiceChanged, this, &MainWindow::updateTaskActions);
    connect(m_list, &TaskListView::menuWanted, this, &MainWindow::showTaskMenu);
    const auto on = [this](const char* id, std::function<void(const Task&)> run) {
        connect(m_actions->action(id), &QAction::triggered, this, [this, run = std::move(run)] {
            if (const auto* const task = current())
                run(*task);
        });
    };
    on("task.recover", [this](const Task& task) { m_commands->recover(task); });
    on("task.discard", [this](const Task& task) { m_commands->discard(task); });
    on("task.merge", [this](const Task& task) { m_commands->merge(task, m_settings.deleteBranchAfterMerge); });
    on("task.guide", [this](const Task&) { m_page->focusMessageField(); });
    connect(m_actions->action("task.new"), &QAction::triggered, this, [this] { showStartForm({}); });
}

void MainWindow::showStartForm(const QString& templateName)
{
    auto* const form = new StartForm(m_bar->spec(), m_settings.projects, m_bar->agents(), m_feed.tasks(), this);
    connect(form, &StartForm::startWanted, this, [this](const TaskSpec& spec) { m_start->start(spec, true); });
    QCoro::connect(m_client.call(u"sandbox.check"_s, {}), form, [form](const Result<QJsonValue>& answer) {
        if (answer) // without an engine the form works all the same
            form->showSandbox(answer->toObject());
    });
    form->open();
    QtConcurrent::run(&client::loadTemplates, m_paths)
        .then(form, [this, form, templateName](client::TemplateList list) {
            form->setTemplates(list.templates, templateName);
            if (!list.problems.isEmpty())
                m_message->showError(list.problems.first());
        });
}

//! Read anew each time: they are files that the user may have changed.
void MainWindow::showTemplates(const QPoint& at)
{
    QtConcurrent::run(&client::loadTemplates, m_paths).then(this, [this, at](client::TemplateList list) {
        if (!list.problems.isEmpty())
            m_message->showError(list.problems.first());
        auto* const menu = new QMenu(this);
        menu->setObjectName(u"templatesMenu"_s);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        for (const auto& known : std::as_const(list.templates)) {
            auto* const action = menu->addAction(icon(u"plan"_s), QString(known.title).replace(u'&', u"&&"_s));
            connect(action, &QAction::triggered, this, [this, name = known.name] { showStartForm(name); });
        }
        menu->popup(at);
    });
}

void MainWindow::startOrFill(const TaskSpec& spec, bool open)
{
    if (spec.kind == TaskKind::Shell || spec.goal.contains(u' ') || spec.goal.isEmpty()) {
        m_start->start(spec, open);
        return;
    }
    // One word may be a template's trigger; which ones there are is on disk.
    QtConcurrent::run(&client::loadTemplates, m_paths).then(this, [this, spec, open](client::TemplateList list) {
        if (const auto* const found = client::findTemplate(list.templates, spec.goal)) {
            m_bar->clearGoal();
            showStartForm(found->name);
        } else {
            m_start->start(spec, open);
        }
    });
}

void MainWindow::connectActions()
{
    const auto on = [this](const char* id, auto run) {
        connect(m_actions->action(id), &QAction::triggered, this, run);
    };
    on("go.command", [this] { m_bar->focusGoal(); });
    on("go.palette", [this] { showPalette(); });
    on("go.needsNext", [this] { walkNeeds(1); });
    on("go.needsPrevious", [this] { walkNeeds(-1); });
    on("go.list", [this] {
        if (!m_settings.showList)
            togglePane(&Settings::showList);
        m_list->setFocus(Qt::ShortcutFocusReason);
    });
    on("go.filter", [this] {
        if (!m_settings.showList)
            togglePane(&Settings::showList);
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
    });
    on("go.activity", [this] { showTab(TaskPage::ActivityTab); });
    on("go.output", [this] { showTab(TaskPage::OutputTab); });
    on("go.changes", [this] { showTab(TaskPage::ChangesTab); });
    on("go.plan", [this] { showTab(TaskPage::PlanTab); });
    on("go.attempts", [this] { showTab(TaskPage::AttemptsTab); });
    on("go.dashboard", [this] { showDashboard(!isDashboard()); });
    on("window.list", [this] { togglePane(&Settings::showList); });
    on("window.details", [this] { togglePane(&Settings::showDetails); });
    on("window.outputPane", [this] { togglePane(&Settings::outputApart); });
    on("window.resetLayout", [this] { resetLayout(); });
    on("window.theme", [this] {
        m_theme.toggle();
        saveSettings();
    });
    on("window.settings", [this] { showSettings(); });
    on("window.code", [this] { m_start->chooseCode(m_start->codeIsSet()); });
    on("window.demo", [this] { m_start->startDemo(); });
    on("window.help", [this] { showHelp(); });
    on("window.quit", [this] { quit(); });
    on("window.hold", [this] {
        QCoro::connect(m_client.call(m_engine.held ? u"queue.release"_s : u"queue.hold"_s, {}), this,
                       [this](const Result<QJsonValue>& done) {
                           if (!done)
                               m_message->showError(done.error());
                           refreshStatus();
                       });
    });
}

void MainWindow::showTab(int tab)
{
    showDashboard(false);
    m_page->setTab(TaskPage::Tab(tab));
}

void MainWindow::connectReadingActions()
{
    for (const auto& info : Actions::table()) {
        if (const auto id = QString::fromLatin1(info.id); id.startsWith(u"read."))
            connect(m_actions->action(info.id), &QAction::triggered, this,
                    [this, what = id.sliced(5)] { m_page->reading(what); });
    }
    // The output and the changes have the same keys for themselves: while one of them has the focus, ours step back, or
    // neither would work.
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        const bool theirs = m_page->hasOwnReadingKeys(now);
        for (const auto& info : Actions::table()) {
            if (const auto id = QLatin1StringView(info.id); id.startsWith("read."_L1) && id != "read.follow"_L1)
                m_actions->action(info.id)->setEnabled(!theirs);
        }
    });
}

void MainWindow::showPalette()
{
    auto* const palette = new PaletteDialog(*m_actions, m_feed.tasks(), m_settings.projects, this);
    connect(palette, &PaletteDialog::taskChosen, this, &MainWindow::openTask);
    connect(palette, &PaletteDialog::projectChosen, this, [this](const QString& path) {
        m_bar->chooseProject(path);
        m_bar->focusGoal();
    });
    palette->open();
}

void MainWindow::showHelp()
{
    auto* const help = new HelpDialog(*m_actions, this);
    help->open();
}

void MainWindow::showSettings(const QString& page)
{
    auto* const dialog = new SettingsDialog(m_settings, *m_actions, m_client, m_feed, m_paths, this);
    dialog->showPage(page);
    dialog->setCodeIsSet(m_start->codeIsSet());
    dialog->setTrayIsThere(m_tray->isThere());
    connect(m_start, &StartFlow::codeSet, dialog, [dialog] { dialog->setCodeIsSet(true); });
    connect(dialog, &SettingsDialog::noticeWanted, this, [this] {
        m_notifier->tell(tr("This is how a task tells you something"), tr("A click on such a message opens the task."));
    });
    connect(dialog, &SettingsDialog::changed, this, [this](const Settings& settings) {
        const auto geometry = m_settings.geometry, panes = m_settings.panes;
        m_settings = settings;
        m_settings.geometry = geometry;
        m_settings.panes = panes;
        m_bar->setProjects(m_settings.projects);
        applySettings();
        saveSettings();
    });
    connect(dialog, &QDialog::finished, this, &MainWindow::loadBudget);
    connect(dialog, &SettingsDialog::codeWanted, m_actions->action("window.code"), &QAction::trigger);
    dialog->open();
}

} // namespace switchyard::ui
