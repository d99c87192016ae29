// How the window is laid out: what is in the middle, the panes around it, and which of them are there.

#include "ui/confirm/confirm_dialog.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/shell/main_window.h"
#include "ui/shell/message_bar.h"
#include "ui/shell/pane.h"
#include "ui/start/command_bar.h"
#include "ui/start/welcome_page.h"
#include "ui/tasks/details_pane.h"
#include "ui/tasks/task_list_view.h"
#include "ui/tasks/task_page.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>

namespace switchyard::ui {

void MainWindow::build()
{
    auto* const top = new QWidget(this);
    auto* const column = new QVBoxLayout(top);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bar = new CommandBar(top);
    m_banner = new MessageBar(top);
    m_banner->setObjectName(u"engineBanner"_s);
    m_message = new MessageBar(top);
    m_message->setObjectName(u"messageBar"_s);
    column->addWidget(m_bar);
    column->addWidget(m_banner);
    column->addWidget(m_message);
    setMenuWidget(top); // above the panes, whichever side they are on

    m_stack = new QStackedWidget(this);
    m_stack->setObjectName(u"pages"_s);
    m_welcome = new WelcomePage(m_stack);
    m_page = new TaskPage(m_client, m_feed, *m_actions, m_stack);
    m_stack->addWidget(m_welcome);
    m_stack->addWidget(m_page);
    setCentralWidget(m_stack);
    m_details = new DetailsPane(this);
    m_listPane = addPane(u"listPane"_s, tr("Tasks"), makeList(), Qt::LeftDockWidgetArea, &Settings::showList);
    m_detailsPane =
        addPane(u"detailsDock"_s, tr("Details"), m_details, Qt::RightDockWidgetArea, &Settings::showDetails);
    m_outputPane = addPane(u"outputPane"_s, tr("Output"), nullptr, Qt::BottomDockWidgetArea, &Settings::outputApart);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setDockOptions(AllowNestedDocks | AllowTabbedDocks);
    resizeDocks({m_listPane, m_detailsPane}, {300, 240}, Qt::Horizontal);
    resizeDocks({m_outputPane}, {240}, Qt::Vertical);
    setContextMenuPolicy(Qt::NoContextMenu);
    makeStatusBar();
}

Pane* MainWindow::addPane(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area,
                          bool Settings::* wanted)
{
    auto* const pane = new Pane(name, title, content, this);
    addDockWidget(area, pane);
    connect(pane, &Pane::closeWanted, this, [this, wanted] { togglePane(wanted); });
    return pane;
}

QWidget* MainWindow::makeList()
{
    auto* const pane = new QWidget(this);
    auto* const column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(4);
    m_filter = new QLineEdit(pane);
    m_filter->setObjectName(u"filterField"_s);
    m_filter->setAccessibleName(tr("Filter the task list"));
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setToolTip(
        tr("Words in title, goal, project or id; also status:failed, project:…, agent:…, priority:high, "
           "branch:…"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(icon(u"search"_s, Tone::Muted), QLineEdit::LeadingPosition);
    auto* const inset = new QHBoxLayout;
    inset->setContentsMargins(10, 0, 8, 0);
    inset->addWidget(m_filter);
    m_list = new TaskListView(*m_model, pane);
    m_list->viewport()->setBackgroundRole(QPalette::Window);
    column->addLayout(inset);
    column->addWidget(m_list, 1);
    connect(m_filter, &QLineEdit::textChanged, m_model, &TaskListModel::setFilter);
    return pane;
}

void MainWindow::makeStatusBar()
{
    auto* const bar = statusBar();
    bar->setSizeGripEnabled(false);
    bar->setObjectName(u"statusBar"_s);
    m_status = new QLabel(bar);
    m_status->setObjectName(u"statusLabel"_s);
    m_status->setTextFormat(Qt::PlainText);
    m_status->setContentsMargins(8, 0, 16, 0);
    m_cost = new QLabel(bar);
    m_cost->setObjectName(u"costLabel"_s);
    m_cost->setForegroundRole(QPalette::PlaceholderText);
    m_needs = new QPushButton(icon(u"warning"_s, Tone::NeedsYou), QString(), bar);
    m_needs->setObjectName(u"needsYouCount"_s);
    m_needs->setFlat(true);
    m_needs->setFocusPolicy(Qt::TabFocus);
    connect(m_needs, &QPushButton::clicked, this, [this] { walkNeeds(1); });
    bar->addWidget(m_status);
    bar->addWidget(m_cost);
    bar->addPermanentWidget(m_needs);
}

void MainWindow::showRightPage()
{
    const bool empty = m_model->total() == 0;
    if (m_feedReady && empty)
        m_welcome->setLoading(false);
    if (!isDashboard())
        m_stack->setCurrentWidget(m_feedReady && !empty ? static_cast<QWidget*>(m_page) : m_welcome);
    updatePanes();
}

void MainWindow::updatePanes()
{
    const auto* const shown = m_stack->currentWidget();
    const bool tasks = m_feedReady && m_model->total() > 0;
    const bool one = shown == m_page && !m_page->taskId().isNull();
    m_listPane->setVisible(tasks && m_settings.showList);
    m_detailsPane->setVisible(one && m_settings.showDetails);
    m_page->setOutputApart(m_settings.outputApart);
    if (m_settings.outputApart && m_outputPane->widget() != m_page->outputView())
        m_outputPane->setWidget(m_page->outputView());
    m_outputPane->setVisible(one && m_settings.outputApart);
}

void MainWindow::togglePane(bool Settings::* wanted)
{
    m_settings.*wanted = !(m_settings.*wanted);
    updatePanes();
    saveSettings();
}

void MainWindow::resetLayout()
{
    const Settings defaults;
    m_settings.showList = defaults.showList;
    m_settings.showDetails = defaults.showDetails;
    m_settings.outputApart = defaults.outputApart;
    restoreState(m_defaultLayout);
    resizeDocks({m_listPane, m_detailsPane}, {300, 240}, Qt::Horizontal);
    updatePanes();
    saveSettings();
}

bool MainWindow::isDashboard() const
{
    return m_dashboard && m_stack->currentWidget() == m_dashboard;
}

void MainWindow::makeDashboard()
{
    m_dashboard = new DashboardPage(m_client, m_stack);
    m_stack->addWidget(m_dashboard);
    connect(m_dashboard, &DashboardPage::closed, this, [this] { showDashboard(false); });
    connect(m_dashboard, &DashboardPage::taskWanted, this, [this](const TaskId& id) {
        showDashboard(false);
        openTask(id);
    });
    connect(m_dashboard, &DashboardPage::said, this,
            [this](const QString& text) { m_message->show(Tone::Done, text); });
    connect(m_dashboard, &DashboardPage::failed, m_message, &MessageBar::showError);
}

void MainWindow::showDashboard(bool on)
{
    if (on == isDashboard())
        return;
    if (!m_dashboard)
        makeDashboard();
    m_stack->setCurrentWidget(on ? static_cast<QWidget*>(m_dashboard) : m_page);
    showRightPage();
    if (on)
        m_dashboard->setFocus(Qt::ShortcutFocusReason);
    else
        m_list->setFocus(Qt::ShortcutFocusReason);
}

} // namespace switchyard::ui
