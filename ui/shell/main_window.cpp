#include "ui/shell/main_window.h"

#include "ui/confirm/confirm_dialog.h"
#include "ui/shell/actions.h"
#include "ui/shell/editor.h"
#include "ui/shell/message_bar.h"
#include "ui/shell/notifier.h"
#include "ui/shell/tray.h"
#include "ui/start/command_bar.h"
#include "ui/start/start_flow.h"
#include "ui/start/welcome_page.h"
#include "ui/tasks/details_pane.h"
#include "ui/tasks/task_commands.h"
#include "ui/tasks/task_list_view.h"
#include "ui/tasks/task_page.h"
#include "ui/theme/icons.h"

#include <QApplication>
#include <QCloseEvent>
#include <QLineEdit>
#include <QStackedWidget>
#include <QWindow>

namespace switchyard::ui {

namespace {
constexpr auto frame = std::chrono::milliseconds(16);
constexpr auto statusDelay = std::chrono::milliseconds(250);
constexpr auto longestWait = std::chrono::milliseconds(150); // for the tasks, before a window without them is shown

//! The sizes of a title bar and a list of windows. The large ones take as long to draw as a fifth of the first picture.
QIcon iconForStart()
{
    const auto color = colorsFor(QGuiApplication::palette()).of(Tone::Accent);
    QIcon small;
    for (const int size : {16, 32})
        small.addPixmap(iconPixmap(u"switchyard"_s, size, color, 1));
    return small;
}

} // namespace

MainWindow::MainWindow(client::EngineClient& client, client::TaskFeed& feed, Theme& theme, const Paths& paths,
                       QWidget* parent)
    : QMainWindow(parent),
      m_client(client),
      m_feed(feed),
      m_theme(theme),
      m_paths(paths),
      m_settings(Settings::load(paths.settings())),
      m_actions(new Actions(this)),
      m_model(new TaskListModel(this)),
      m_commands(new TaskCommands(client, this)),
      m_start(new StartFlow(client, this)),
      m_confirm(nullptr),
      m_notifier(new Notifier(this)),
      m_tray(new Tray(*m_actions, this))
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(tr("Switchyard"));
    setWindowIcon(iconForStart());
    build();
    m_confirm = new ConfirmDialog(client, feed, this);
    m_frame.setSingleShot(true);
    m_frame.setInterval(frame);
    connect(&m_frame, &QTimer::timeout, this, &MainWindow::flush);
    m_statusDelay.setSingleShot(true);
    m_statusDelay.setInterval(statusDelay);
    connect(&m_statusDelay, &QTimer::timeout, this, &MainWindow::refreshStatus);
    connectFeed();
    connectParts();
    connectActions();
    connectTaskActions();
    connectReadingActions();
    applySettings();
    if (!m_settings.geometry.isEmpty())
        restoreGeometry(m_settings.geometry);
    else
        resize(1240, 780);
    m_defaultLayout = saveState();
    if (!m_settings.panes.isEmpty())
        restoreState(m_settings.panes);
    m_bar->setProjects(m_settings.projects);
    m_bar->focusGoal();
    showRightPage();
    engineStateChanged();
    updateStatusBar();
}

MainWindow::~MainWindow()
{
    // While the children go the focus still moves and the feed may still speak: nobody may call into half a window.
    qApp->disconnect(this);
    m_client.disconnect(this);
    m_feed.disconnect(this);
}

void MainWindow::connectParts()
{
    connect(m_bar, &CommandBar::startWanted, this, [this](const TaskSpec& spec, bool open) {
        m_settings.agent = spec.agent.isEmpty() ? m_settings.agent : spec.agent;
        startOrFill(spec, open);
    });
    connect(m_bar, &CommandBar::intentSaid, this, &MainWindow::carryOut);
    connect(m_bar, &CommandBar::templatesWanted, this, &MainWindow::showTemplates);
    connect(m_bar, &CommandBar::formWanted, m_actions->action("task.new"), &QAction::trigger);
    connect(m_start, &StartFlow::started, this, [this](const Task& task, bool open) {
        m_bar->clearGoal();
        if (!task.spec.project.isEmpty()) {
            m_settings.rememberProject(task.spec.project);
            m_bar->setProjects(m_settings.projects, task.spec.project);
        }
        m_settings.welcomed = true;
        saveSettings();
        m_model->apply({{task}, {}});
        showRightPage();
        if (open || m_page->taskId().isNull()) {
            m_list->select(task.id());
            if (open)
                m_list->setFocus();
        }
    });
    connect(m_start, &StartFlow::failed, m_message, &MessageBar::showError);
    connect(m_start, &StartFlow::goalWanted, m_bar, &CommandBar::focusGoal);
    connect(m_start, &StartFlow::folderWanted, this, [this] {
        m_message->show(Tone::NeedsYou, tr("Choose a project first: the folder to work in."), tr("Choose a folder…"),
                        [this] {
                            m_bar->findChild<QWidget*>(u"projectBox"_s)->setFocus();
                            Q_EMIT m_welcome->folderWanted();
                        });
    });
    connect(m_start, &StartFlow::codeSet, this, [this] {
        m_welcome->setCodeIsSet(true);
        m_message->show(Tone::Done, tr("Your confirmation code is set."));
    });
    connect(m_welcome, &WelcomePage::demoWanted, m_start, &StartFlow::startDemo);
    connect(m_welcome, &WelcomePage::folderWanted, m_bar, &CommandBar::browse);
    connect(m_welcome, &WelcomePage::agentsWanted, this, [this] { showSettings(u"agents"_s); });
    connect(m_welcome, &WelcomePage::codeWanted, m_actions->action("window.code"), &QAction::trigger);
    connect(m_commands, &TaskCommands::said, this,
            [this](Tone tone, const QString& text) { m_message->show(tone, text); });
    connect(m_commands, &TaskCommands::failed, m_message, &MessageBar::showError);
    connect(m_commands, &TaskCommands::branchChoiceMade, this, [this](bool drop) {
        m_settings.deleteBranchAfterMerge = drop;
        saveSettings();
    });
    connect(m_list, &TaskListView::taskSelected, this, &MainWindow::showTask);
    connect(m_list, &TaskListView::taskOpened, this, [this](const TaskId& id) {
        openTask(id);
        m_page->setTab(TaskPage::ActivityTab);
    });
    connect(m_page, &TaskPage::messageSent, this, [this](const QString& text) {
        if (const auto* const task = current(); task && !task->question.isEmpty())
            m_commands->answer(*task, text);
        else if (task)
            m_commands->guide(task->id(), text);
    });
    connect(m_page, &TaskPage::reviewSent, this, [this](const QString& comments) {
        const auto* const task = current();
        if (!task)
            return;
        const auto id = task->id();
        auto call = isActive(task->status) ? m_client.guide(id, comments) : m_client.retryTask(id, comments);
        QCoro::connect(std::move(call), this, [this, id](const Result<>& done) {
            if (!done)
                return m_message->showError(done.error());
            m_page->forgetComments(id);
            m_message->show(Tone::Done, tr("The agent has your comments."));
        });
    });
    connect(m_page, &TaskPage::fileWanted, this, [this](const QString& path, int line) {
        if (const auto opened = openInEditor(m_settings.editor, path, line); !opened)
            m_message->showError(opened.error());
    });
    connect(m_page, &TaskPage::confirmationWanted, this, [this] { m_confirm->bringUp(m_page->taskId()); });
    connect(&m_page->activity(), &ActivityModel::filesChanged, this,
            [this] { m_details->setFiles(m_page->activity().files()); });
    connect(m_page, &TaskPage::metersChanged, this, [this] { m_details->setMeters(m_page->meters()); });
    connect(m_page, &TaskPage::evidenceFound, m_details, &DetailsPane::setEvidence);
    connect(m_confirm, &ConfirmDialog::failed, m_message, &MessageBar::showError);
    connect(m_confirm, &ConfirmDialog::stopWanted, this, [this](const TaskId& id) {
        QCoro::connect(m_client.cancelTask(id), this, [this](const Result<>& done) {
            if (!done)
                m_message->showError(done.error());
        });
    });
    connect(m_notifier, &Notifier::openWanted, this, [this](const TaskId& id) {
        bringToFront();
        openTask(id);
        m_confirm->bringUp(id);
    });
    connect(m_notifier, &Notifier::reviewWanted, this, [this](const TaskId& id) {
        bringToFront();
        openTask(id);
        m_page->setTab(TaskPage::ChangesTab);
    });
    connect(m_notifier, &Notifier::retryWanted, this, [this](const TaskId& id) {
        if (const auto* const task = m_feed.find(id))
            m_commands->retry({*task});
    });
    connect(m_tray, &Tray::windowWanted, this, [this] {
        if (isVisible() && !isMinimized() && isActiveWindow() && m_tray->isThere())
            hide();
        else
            bringToFront();
    });
    connect(m_tray, &Tray::hostGone, this, [this] {
        if (!isVisible() && m_shown && !m_quitting)
            show();
    });
    connect(m_tray, &Tray::taskWanted, this, [this](const TaskId& id) {
        bringToFront();
        openTask(id);
        m_confirm->bringUp(id);
    });
    m_notifier->setQuietWhen(
        [this](const TaskId& id) { return isActiveWindow() && !isMinimized() && m_page->taskId() == id; });
}

const Task* MainWindow::current() const
{
    return m_feed.find(m_page->taskId());
}

void MainWindow::showTask(const TaskId& id)
{
    m_page->showTask(id);
    if (const auto* const task = m_feed.find(id))
        m_details->setTask(*task);
    updateTaskActions();
    if (isDashboard() && !id.isNull())
        showDashboard(false);
    updatePanes();
}

void MainWindow::openTask(const TaskId& id)
{
    if (!m_model->indexOf(id).isValid())
        m_filter->clear();
    m_list->select(id);
    showDashboard(false);
}

void MainWindow::walkNeeds(int step)
{
    const auto ids = m_model->needingYou();
    if (ids.isEmpty()) {
        m_message->show(Tone::Accent, tr("Nothing needs you."));
        return;
    }
    const auto at = ids.indexOf(m_page->taskId());
    const auto next = at < 0 ? (step > 0 ? 0 : ids.size() - 1) : (at + step + ids.size()) % ids.size();
    openTask(ids.at(next));
    if (const auto* const task = m_feed.find(ids.at(next)); task && task->waitingFor.isEmpty())
        m_page->focusMessageField();
    else
        m_confirm->bringUp(ids.at(next));
}

void MainWindow::startDemoWhenReady()
{
    m_demoWanted = true;
    refreshStatus();
}

void MainWindow::bringToFront()
{
    show();
    setWindowState(windowState() & ~Qt::WindowMinimized);
    raise();
    activateWindow();
}

void MainWindow::applySettings()
{
    m_theme.setMode(m_settings.theme);
    m_actions->setShortcuts(m_settings.shortcuts);
    m_notifier->setWanted(m_settings.notifyNeeds, m_settings.notifyEnds);
    m_tray->setWanted(m_settings.tray);
    updatePanes();
}

void MainWindow::saveSettings()
{
    m_settings.theme = m_theme.mode();
    m_settings.geometry = saveGeometry();
    m_settings.panes = saveState();
    m_settings.save(m_paths.settings());
}

void MainWindow::quit()
{
    m_quitting = true;
    saveSettings();
    close();
    qApp->quit();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    saveSettings();
    if (m_quitting || !m_tray->isThere() || !m_settings.keepInTray) {
        event->accept();
        if (!m_quitting)
            qApp->quit(); // the engine and its tasks go on
        return;
    }
    event->ignore();
    hide();
    if (!std::exchange(m_settings.saidStaysInTray, true)) {
        m_notifier->tell(
            tr("Switchyard is still here"),
            tr("Your tasks go on. The window comes back from the icon in the tray, where you can also quit."));
        saveSettings();
    }
}

void MainWindow::showWhenReady()
{
    m_waiting.setSingleShot(true);
    connect(&m_waiting, &QTimer::timeout, this, &MainWindow::showAtLast);
    m_waiting.start(longestWait);
}

void MainWindow::showAtLast()
{
    m_waiting.stop();
    show();
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (!std::exchange(m_shown, true))
        windowHandle()->installEventFilter(this);
    QTimer::singleShot(0, m_confirm, &ConfirmDialog::refresh);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    // Painted by the handler that comes after us.
    if (watched == windowHandle() && event->type() == QEvent::Expose && !m_painted)
        QMetaObject::invokeMethod(this, &MainWindow::painted, Qt::QueuedConnection);
    return QMainWindow::eventFilter(watched, event);
}

bool MainWindow::event(QEvent* event)
{
    const auto type = event->type();
    const bool handled = QMainWindow::event(event);
    if (type == QEvent::UpdateRequest && !m_painted)
        painted();
    return handled;
}

void MainWindow::painted()
{
    if (!m_painted && m_feedReady && windowHandle() && windowHandle()->isExposed()) {
        m_painted = true;
        Q_EMIT firstPainted();
        QTimer::singleShot(0, this, [this] { setWindowIcon(icon(u"switchyard"_s, Tone::Accent)); });
    }
}

} // namespace switchyard::ui
