#include "ui/tasks/task_page.h"

#include "ui/log/log_view.h"
#include "ui/review/diff_view.h"
#include "ui/shell/actions.h"
#include "ui/tasks/activity_view.h"
#include "ui/tasks/attempts_view.h"
#include "ui/tasks/plan_view.h"
#include "ui/tasks/task_header.h"
#include "ui/theme/icons.h"

#include <QApplication>
#include <QBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>

namespace switchyard::ui {

namespace {

constexpr auto frame = std::chrono::milliseconds(16);
constexpr auto diffDelay = std::chrono::milliseconds(400); // several edits in a row are one new diff

QLabel* emptyNote(const QString& text, QWidget* parent)
{
    auto* const label = new QLabel(text, parent);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace

TaskPage::TaskPage(client::EngineClient& client, client::TaskFeed& feed, const Actions& actions, QWidget* parent)
    : QWidget(parent), m_client(client), m_feed(feed), m_actions(actions), m_stack(new QStackedWidget(this))
{
    setObjectName(u"taskPage"_s);
    setAccessibleName(tr("Task"));
    auto* const page = new QWidget(this);
    auto* const column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_header = new TaskHeader(m_actions, page);
    column->addWidget(m_header);
    column->addWidget(makeTabs(), 1);
    column->addWidget(makeSearch());
    column->addWidget(makeMessageRow());
    m_stack->addWidget(emptyNote(tr("Choose a task at the left, or start one with the field above."), this));
    m_stack->addWidget(page);
    auto* const outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);

    m_frame.setSingleShot(true);
    m_frame.setInterval(frame);
    connect(&m_frame, &QTimer::timeout, this, &TaskPage::flush);
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, [this] {
        const auto* const task = m_feed.find(m_id);
        if (task && isActive(task->status) && isVisible()) {
            m_header->tick(*task);
            lookForEvidence(*task);
        } else {
            m_second.stop();
            Q_EMIT evidenceFound({});
        }
    });
    m_diffDelay.setSingleShot(true);
    m_diffDelay.setInterval(diffDelay);
    connect(&m_diffDelay, &QTimer::timeout, this, &TaskPage::loadDiff);
    connect(&m_feed, &client::TaskFeed::eventArrived, this, &TaskPage::receive);
    connect(&m_activity, &ActivityModel::planChanged, this, &TaskPage::updatePlan);
    connect(m_header, &TaskHeader::needPressed, this, [this] {
        const auto* const task = m_feed.find(m_id);
        if (task && task->waitingFor.isEmpty())
            m_message->setFocus(Qt::OtherFocusReason);
        else
            Q_EMIT confirmationWanted();
    });
    connect(&m_client, &client::EngineClient::stateChanged, this, [this](client::EngineClient::State state) {
        if (state != client::EngineClient::State::Connected || m_id.isNull())
            return;
        if (!m_loading)
            load(m_position);
        if (showsOutput())
            loadLog(); // if that could not be asked
        m_output->wake();
    });
}

QWidget* TaskPage::makeTabs()
{
    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(u"tabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setExpanding(false);
    m_tabs->tabBar()->setDrawBase(true);
    m_activityView = new ActivityView(m_activity, this);
    m_tabs->addTab(m_activityView, icon(u"activity"_s), tr("Activity"));
    m_output = new LogView(this);
    m_output->setObjectName(u"outputView"_s);
    m_output->setAccessibleName(tr("Output"));
    connectOutput();
    m_outputTab = new QWidget(this); // stays while the output is elsewhere
    auto* const holder = new QVBoxLayout(m_outputTab);
    holder->setContentsMargins(0, 0, 0, 0);
    holder->addWidget(m_output);
    m_tabs->addTab(m_outputTab, icon(u"output"_s), tr("Output"));
    m_changesStack = new QStackedWidget(this);
    m_changesNote = emptyNote(tr("Nothing has been changed yet."), this);
    m_changesNote->setObjectName(u"changesNote"_s);
    m_changesStack->addWidget(m_changesNote);
    m_changes = new DiffView(this);
    m_changes->setObjectName(u"changesView"_s);
    m_changes->setAccessibleName(tr("Changes"));
    m_changesStack->addWidget(m_changes);
    m_changesStack->setFocusProxy(m_changes);
    m_tabs->addTab(m_changesStack, icon(u"changes"_s), tr("Changes"));
    m_plan = new PlanView(this);
    m_tabs->addTab(m_plan, icon(u"plan"_s), tr("Plan"));
    m_attemptsView = new AttemptsView(this);
    m_tabs->addTab(m_attemptsView, icon(u"retry"_s), tr("Attempts"));
    connect(m_attemptsView, &AttemptsView::outputWanted, this, &TaskPage::showOutputOf);
    connectReview();
    connect(m_tabs, &QTabWidget::currentChanged, this, &TaskPage::tabChanged);
    connect(m_activityView, &ActivityView::outputWanted, this, &TaskPage::loadOutput);
    connect(m_activityView, &ActivityView::showInOutput, this, [this](int row) {
        if (m_activity.item(row).kind == ActivityItem::Kind::Command)
            setTab(OutputTab);
    });
    return m_tabs;
}

QWidget* TaskPage::makeSearch()
{
    m_searchRow = new QWidget(this);
    auto* const row = new QHBoxLayout(m_searchRow);
    row->setContentsMargins(12, 4, 12, 4);
    m_search = new QLineEdit(m_searchRow);
    m_search->setObjectName(u"activitySearch"_s);
    m_search->setAccessibleName(tr("Search in the activity"));
    m_search->setPlaceholderText(tr("Search in the activity"));
    m_search->setClearButtonEnabled(true);
    m_searchNote = new QLabel(m_searchRow);
    auto* const close = new QToolButton(m_searchRow);
    close->setIcon(icon(u"close"_s));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close the search"));
    close->setToolTip(tr("Close the search"));
    close->setShortcut(Qt::Key_Escape);
    row->addWidget(m_search, 1);
    row->addWidget(m_searchNote);
    row->addWidget(close);
    connect(close, &QToolButton::clicked, this, [this] {
        m_searchRow->hide();
        m_activityView->setFocus();
    });
    connect(m_search, &QLineEdit::returnPressed, this, [this] { search(false); });
    m_searchRow->hide();
    return m_searchRow;
}

QWidget* TaskPage::makeMessageRow()
{
    m_messageRow = new QWidget(this);
    auto* const row = new QHBoxLayout(m_messageRow);
    row->setContentsMargins(12, 6, 12, 8);
    m_message = new QLineEdit(m_messageRow);
    m_message->setObjectName(u"messageField"_s);
    m_message->setAccessibleName(tr("Message to the task"));
    m_send = new QPushButton(tr("Send"), m_messageRow);
    m_send->setObjectName(u"sendButton"_s);
    m_send->setAutoDefault(false);
    row->addWidget(m_message, 1);
    row->addWidget(m_send);
    const auto send = [this] {
        if (m_message->text().trimmed().isEmpty())
            return;
        Q_EMIT messageSent(m_message->text());
        m_message->clear();
    };
    connect(m_message, &QLineEdit::returnPressed, this, send);
    connect(m_send, &QPushButton::clicked, this, send);
    return m_messageRow;
}

void TaskPage::showTask(const TaskId& id)
{
    if (id == m_id)
        return;
    m_id = id;
    ++m_request;
    m_position = 0;
    m_pending.clear();
    m_frame.stop();
    m_diffDelay.stop();
    m_diffStale = true;
    m_logAttempt = -1;
    m_output->clear();
    m_changesStack->setCurrentIndex(0);
    m_changes->clear();
    m_changes->setComments(m_comments.value(id));
    m_mergeProblem.clear();
    m_mergeInto.clear();
    m_activity.clear();
    m_meters.clear();
    m_attempts.clear();
    m_wantedAttempt = 0;
    m_tabs->setTabText(OutputTab, tr("Output"));
    updateAttempts();
    Q_EMIT metersChanged();
    Q_EMIT evidenceFound({});
    m_message->clear();
    m_stack->setCurrentIndex(id.isNull() ? 0 : 1);
    if (id.isNull())
        return;
    refresh();
    load(0);
    tabChanged();
}

void TaskPage::updateButtons(const Task& task)
{
    m_header->updateButtons(task);
}

void TaskPage::refresh()
{
    const auto* const task = m_feed.find(m_id);
    if (!task) {
        m_header->updateButtons({});
        return;
    }
    m_header->setTask(*task);
    m_changes->setTaskRuns(isActive(task->status));
    updateVerdict();
    updateMessageRow(*task);
    m_tabs->setTabText(ChangesTab, task->filesChanged > 0
                                       ? tr("Changes +%1 −%2").arg(task->linesAdded).arg(task->linesRemoved)
                                       : tr("Changes"));
    if (!isActive(task->status))
        Q_EMIT evidenceFound({});
    else if (!m_second.isActive())
        m_second.start();
    if (m_wantedAttempt == 0 && m_logAttempt != task->attempt && showsOutput())
        loadLog();
}

void TaskPage::updateMessageRow(const Task& task)
{
    const bool talks = !task.question.isEmpty() || (isActive(task.status) && task.spec.kind == TaskKind::Agent);
    m_messageRow->setVisible(talks);
    m_message->setPlaceholderText(task.question.isEmpty() ? tr("Message to the agent; it reads it with its next turn")
                                                          : tr("Your answer"));
}

void TaskPage::updatePlan()
{
    const auto& plan = m_activity.plan();
    m_plan->setPlan(plan);
    m_tabs->setTabText(PlanTab,
                       plan.isEmpty() ? tr("Plan") : tr("Plan %1/%2").arg(m_activity.stepsDone()).arg(plan.size()));
}

void TaskPage::setTab(Tab tab)
{
    if (tab == OutputTab && m_outputApart) {
        m_output->setFocus(Qt::ShortcutFocusReason);
        return;
    }
    m_tabs->setCurrentIndex(tab);
    auto* const view = tab == OutputTab ? m_output : m_tabs->currentWidget();
    if (view && isVisible())
        view->setFocus(Qt::ShortcutFocusReason);
}

void TaskPage::tabChanged()
{
    if (m_id.isNull())
        return;
    if (showsOutput())
        loadLog();
    if (m_tabs->currentIndex() == ChangesTab && m_diffStale)
        loadDiff();
    if (m_tabs->currentIndex() != ActivityTab)
        m_searchRow->hide();
}

void TaskPage::reading(const QString& what)
{
    if (m_tabs->currentIndex() == OutputTab || (m_outputApart && m_output->isAncestorOf(QApplication::focusWidget()))) {
        for (auto* const action : m_output->logActions()) {
            if (action->objectName() == u"log."_s + what)
                action->trigger();
        }
        return;
    }
    if (m_tabs->currentIndex() != ActivityTab)
        return;
    if (what == u"find") {
        m_searchRow->show();
        m_search->setFocus();
        m_search->selectAll();
    } else if (what == u"findNext" || what == u"findPrevious") {
        search(what == u"findPrevious");
    } else if (what == u"follow") {
        m_activityView->follow();
    }
}

void TaskPage::search(bool backwards)
{
    const auto text = m_search->text();
    if (text.isEmpty())
        return;
    m_searchNote->setText(m_activityView->find(text, backwards) ? QString() : tr("not found"));
}

void TaskPage::focusMessageField()
{
    if (m_messageRow->isVisible())
        m_message->setFocus(Qt::ShortcutFocusReason);
}

bool TaskPage::hasOwnReadingKeys(const QWidget* focus) const
{
    return focus && (m_output->isAncestorOf(focus) || focus == m_output || m_changesStack->isAncestorOf(focus));
}

void TaskPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

} // namespace switchyard::ui
