// What comes from the engine: its state, the tasks and what the status bar says of them.

#include "ui/shell/main_window.h"

#include "ui/confirm/confirm_dialog.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/shell/actions.h"
#include "ui/shell/message_bar.h"
#include "ui/shell/notifier.h"
#include "ui/shell/tray.h"
#include "ui/start/command_bar.h"
#include "ui/start/start_flow.h"
#include "ui/start/welcome_page.h"
#include "ui/tasks/details_pane.h"
#include "ui/tasks/task_list_view.h"
#include "ui/tasks/task_page.h"

#include <QJsonArray>
#include <QLabel>
#include <QPushButton>

#include <optional>

namespace switchyard::ui {

void MainWindow::connectFeed()
{
    connect(&m_client, &client::EngineClient::stateChanged, this, [this] { engineStateChanged(); });
    connect(&m_client, &client::EngineClient::connectionProblem, this, [this](const Error& why) {
        m_banner->show(Tone::NeedsYou, tr("The engine is not there: %1 Trying again…").arg(why.message), tr("Try now"),
                       [this] { QCoro::connect(m_client.connectToEngine(), this, [](const Result<>&) {}); });
        m_welcome->setLoading(!m_feedReady);
        if (m_waiting.isActive())
            showAtLast();
    });
    connect(&m_feed, &client::TaskFeed::begun, this, &MainWindow::takeTasks);
    connect(&m_feed, &client::TaskFeed::reset, this, &MainWindow::takeTasks);
    connect(&m_feed, &client::TaskFeed::taskChanged, this, [this](const TaskId& id) {
        m_changed << id;
        if (!m_frame.isActive())
            m_frame.start();
    });
    connect(&m_feed, &client::TaskFeed::taskRemoved, this, [this](const TaskId& id) {
        m_changed.remove(id);
        m_removed << id;
        if (!m_frame.isActive())
            m_frame.start();
    });
    connect(&m_feed, &client::TaskFeed::eventArrived, this, [this](const Event& event) {
        if (event.kind == event_kind::taskStatus || event.kind == event_kind::confirmationRequested ||
            event.kind == event_kind::questionAsked)
            m_notifier->consider(event, m_feed.find(event.task));
    });
}

void MainWindow::takeTasks()
{
    m_changed.clear();
    m_removed.clear();
    m_feedReady = true;
    const auto tasks = m_feed.tasks();
    m_model->reset(tasks);
    showRightPage();
    if (m_list->currentTask().isNull() && m_model->rowCount() > 1)
        m_list->select(tasks.first()->id()); // the newest
    updateTaskActions();
    m_page->refresh();
    m_confirm->refresh();
    updateStatusBar();
    if (m_waiting.isActive())
        showAtLast();
}

void MainWindow::engineStateChanged()
{
    const auto state = m_client.state();
    if (state == client::EngineClient::State::Connected) {
        m_banner->hide();
        m_everConnected = true;
        refreshStatus();
        loadAgents();
        loadBudget();
        if (!m_feedReady)
            startFeed();
    } else if (state == client::EngineClient::State::Disconnected && m_everConnected) {
        m_banner->show(Tone::NeedsYou, tr("The engine has gone. Your tasks go on without it; connecting again…"));
    }
    updateStatusBar();
}

void MainWindow::startFeed()
{
    if (std::exchange(m_feedStarting, true))
        return;
    QCoro::connect(m_feed.start(), this, [this](const Result<>& done) {
        m_feedStarting = false;
        if (done)
            return;
        m_welcome->setLoading(false);
        m_banner->show(Tone::Failed, tr("The tasks could not be read: %1").arg(done.error().message), tr("Try again"),
                       [this] { startFeed(); });
    });
}

void MainWindow::flush()
{
    TaskDelta delta;
    delta.removed = std::exchange(m_removed, {});
    bool statusMoved = !delta.removed.isEmpty();
    const auto shown = m_page->taskId();
    bool refreshPage = delta.removed.contains(shown);
    for (const auto& id : std::exchange(m_changed, {})) {
        if (const auto* const task = m_feed.find(id)) {
            delta.changed << m_feed.shared(id);
            statusMoved = statusMoved || !isFinished(task->status) ||
                          task->finished + std::chrono::seconds(10) > Clock::system().now();
            refreshPage = refreshPage || id == shown;
        }
    }
    const bool wasEmpty = m_model->total() == 0;
    m_model->apply(delta);
    updateTaskActions();
    if (delta.removed.contains(shown))
        showTask({});
    else if (refreshPage) {
        m_page->refresh();
        if (const auto* const task = m_feed.find(shown))
            m_details->setTask(*task);
    }
    if (wasEmpty || m_model->total() == 0)
        showRightPage();
    m_confirm->refresh();
    updateStatusBar();
    if (m_dashboard && (!delta.changed.isEmpty() || !delta.removed.isEmpty()))
        m_dashboard->setStale();
    if (statusMoved && !m_statusDelay.isActive())
        m_statusDelay.start();
}

void MainWindow::refreshStatus()
{
    if (m_client.state() != client::EngineClient::State::Connected)
        return;
    QCoro::connect(m_client.status(), this, [this](const Result<client::EngineStatus>& status) {
        if (!status)
            return;
        m_engine = *status;
        m_start->setCodeIsSet(status->codeIsSet);
        m_welcome->setCodeIsSet(status->codeIsSet);
        m_actions->action("window.hold")->setText(status->held ? tr("Release the queue") : tr("Hold the queue"));
        updateStatusBar();
        if (std::exchange(m_demoWanted, false))
            m_start->startDemo();
    });
}

void MainWindow::loadAgents()
{
    QCoro::connect(m_client.call(u"agent.list"_s, {}), this, [this](const Result<QJsonValue>& answer) {
        if (!answer)
            return;
        QList<AgentChoice> agents;
        for (const auto& value : (*answer)[u"agents"].toArray()) {
            const auto agent = value.toObject();
            agents << AgentChoice{agent[u"name"].toString(), agent[u"title"].toString(), agent[u"why"].toString(),
                                  agent[u"available"].toBool(true)};
        }
        if (!agents.isEmpty())
            m_bar->setAgents(agents, m_settings.agent);
    });
}

void MainWindow::loadBudget()
{
    QCoro::connect(m_client.call(u"settings.get"_s, {}), this, [this](const Result<QJsonValue>& answer) {
        if (!answer)
            return;
        m_dayBudget = (*answer)[u"settings"][u"budget_usd_per_day"].toDouble();
        updateStatusBar();
    });
}

void MainWindow::updateStatusBar()
{
    const auto state = m_client.state();
    const int running = m_model->count(Group::Running) + m_model->count(Group::NeedsYou);
    const int queued = m_model->count(Group::Queued);
    QString text;
    if (state == client::EngineClient::State::Connected) {
        text = m_engine.slots > 0 ? tr("Engine: %1 of %2 running", "tasks, slots").arg(running).arg(m_engine.slots)
                                  : tr("Engine: %1 running").arg(running);
        text += u" · "_s + tr("%n queued", "tasks", queued);
        if (m_engine.held)
            text += u" · "_s + tr("the queue is held");
    } else {
        text = state == client::EngineClient::State::Connecting ? tr("Connecting to the engine…") : tr("No engine");
    }
    if (m_status->text() != text)
        m_status->setText(text);
    double today = 0;
    std::optional<UtcTime> midnight; // asked for where something was spent: it reads the time zone
    bool commandWaits = false;
    QList<Task> busy; // few, whatever the length of the list
    for (const auto& shared : m_feed.all()) {
        const auto& task = *shared;
        if (task.usage.cost > 0) {
            if (!midnight)
                midnight = fromMilliseconds(QDate::currentDate().startOfDay().toMSecsSinceEpoch());
            today += task.lastEvent >= *midnight ? task.usage.cost : 0;
        }
        commandWaits = commandWaits || !task.waitingFor.isEmpty();
        if (const auto group = TaskText::group(task); group == Group::NeedsYou || group == Group::Running)
            busy << task;
    }
    std::ranges::sort(busy, std::greater(), [](const Task& task) { return std::pair(task.created, task.id()); });
    m_cost->setText(m_dayBudget > 0 ? tr("today %1 of %2").arg(TaskText::cost(today), TaskText::cost(m_dayBudget))
                    : today > 0     ? tr("today %1").arg(TaskText::cost(today))
                                    : QString());
    m_bar->setCommandWaits(commandWaits);
    const int needs = m_model->count(Group::NeedsYou);
    m_needs->setVisible(needs > 0);
    m_needs->setText(tr("%n need(s) you (%1)", nullptr, needs)
                         .arg(m_actions->action("go.needsNext")->shortcut().toString(QKeySequence::NativeText)));
    setWindowTitle(needs > 0 ? tr("(%1) Switchyard").arg(needs) : tr("Switchyard"));
    m_tray->show(busy, needs, running, m_engine.held);
}

} // namespace switchyard::ui
