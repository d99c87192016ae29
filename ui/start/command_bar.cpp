#include "ui/start/command_bar.h"

#include "ui/tasks/task_face.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QStandardItemModel>
#include <QToolButton>

namespace switchyard::ui {

namespace {
const auto shellAgent = u"$"_s; // an entry of the agent box that is no agent: a command line
const auto browseEntry = u"/"_s + u"browse"_s;
} // namespace

CommandBar::CommandBar(QWidget* parent)
    : QWidget(parent),
      m_goal(new QLineEdit(this)),
      m_project(new QComboBox(this)),
      m_agent(new QComboBox(this)),
      m_priority(new QComboBox(this)),
      m_start(new QPushButton(icon(u"start"_s), tr("Start"), this))
{
    setObjectName(u"commandBar"_s);
    m_goal->setObjectName(u"commandField"_s);
    m_goal->setAccessibleName(tr("What should be built?"));
    m_goal->setPlaceholderText(tr("What should be built?   Enter starts · Shift+Enter starts and opens"));
    m_goal->addAction(icon(u"switchyard"_s, Tone::Muted), QLineEdit::LeadingPosition);
    m_goal->setMaxLength(20'000);
    m_goal->setMinimumHeight(34);
    m_goal->installEventFilter(this);
    m_project->setObjectName(u"projectBox"_s);
    m_project->setAccessibleName(tr("Project"));
    m_project->setToolTip(tr("The repository or folder to work in"));
    m_project->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_project->setMaximumWidth(220);
    m_agent->setObjectName(u"agentBox"_s);
    m_agent->setAccessibleName(tr("Agent"));
    m_agent->setToolTip(tr("Who does it"));
    m_priority->setObjectName(u"priorityBox"_s);
    m_priority->setAccessibleName(tr("Priority"));
    m_priority->setToolTip(tr("Its place in the queue"));
    for (const auto priority : {Priority::High, Priority::Normal, Priority::Low})
        m_priority->addItem(TaskText::priority(priority), int(priority));
    m_priority->setCurrentIndex(1);
    m_start->setObjectName(u"startButton"_s);
    m_start->setDefault(true);
    auto* const more = new QToolButton(this);
    more->setObjectName(u"startFormButton"_s);
    more->setIcon(icon(u"more"_s));
    more->setAutoRaise(true);
    more->setAccessibleName(tr("All settings of a new task"));
    more->setToolTip(tr("All settings of a new task (Ctrl+N)"));
    auto* const templates = new QToolButton(this);
    templates->setObjectName(u"templatesButton"_s);
    templates->setIcon(icon(u"plan"_s));
    templates->setAutoRaise(true);
    templates->setAccessibleName(tr("Start from a template"));
    templates->setToolTip(tr("Start from a template"));
    for (auto* const box : {m_project, m_agent, m_priority})
        box->setMinimumHeight(34);
    m_start->setMinimumHeight(34);
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(12, 9, 12, 9);
    row->setSpacing(8);
    row->addWidget(m_goal, 1);
    row->addWidget(m_project);
    row->addWidget(m_agent);
    row->addWidget(m_priority);
    row->addWidget(templates);
    row->addWidget(more);
    row->addWidget(m_start);
    setTabOrder(m_priority, templates);
    setTabOrder(templates, more);
    setTabOrder(more, m_start);
    connect(m_start, &QPushButton::clicked, this, [this] { start(false); });
    connect(more, &QToolButton::clicked, this, &CommandBar::formWanted);
    connect(templates, &QToolButton::clicked, this,
            [this, templates] { Q_EMIT templatesWanted(templates->mapToGlobal(templates->rect().bottomLeft())); });
    connect(m_project, &QComboBox::activated, this, [this](int index) {
        if (m_project->itemData(index).toString() == browseEntry)
            browse();
    });
    setProjects({});
    setAgents({{u"builtin"_s, tr("Built-in"), {}, true}}, u"builtin"_s);
}

void CommandBar::setProjects(const QStringList& paths, const QString& wanted)
{
    const auto current = wanted.isEmpty() ? project() : wanted;
    m_project->clear();
    for (const auto& path : paths) {
        m_project->addItem(icon(u"folder"_s, Tone::Muted), QDir(path).dirName(), path);
        m_project->setItemData(m_project->count() - 1, path, Qt::ToolTipRole);
    }
    if (paths.isEmpty())
        m_project->addItem(icon(u"folder"_s, Tone::Muted), tr("No folder yet"), QString());
    m_project->insertSeparator(m_project->count());
    m_project->addItem(icon(u"add"_s, Tone::Muted), tr("Choose a folder…"), browseEntry);
    // An empty path would be found in the separator.
    m_project->setCurrentIndex(current.isEmpty() ? 0 : std::max(0, m_project->findData(current)));
}

void CommandBar::setAgents(const QList<AgentChoice>& agents, const QString& current)
{
    m_agents = agents;
    m_agent->clear();
    for (const auto& agent : agents) {
        m_agent->addItem(icon(u"agent"_s, Tone::Muted), agent.title.isEmpty() ? agent.name : agent.title, agent.name);
        if (agent.available)
            continue;
        const int last = m_agent->count() - 1;
        m_agent->setItemData(last, agent.why, Qt::ToolTipRole);
        if (auto* const items = qobject_cast<QStandardItemModel*>(m_agent->model()))
            items->item(last)->setEnabled(false);
    }
    m_agent->addItem(icon(u"command"_s, Tone::Muted), tr("Shell command"), shellAgent);
    m_agent->setCurrentIndex(std::max(0, m_agent->findData(current)));
}

QString CommandBar::project() const
{
    const auto path = m_project->currentData().toString();
    return path == browseEntry ? QString() : path;
}

void CommandBar::chooseProject(const QString& path)
{
    if (const int known = m_project->findData(path); known >= 0) {
        m_project->setCurrentIndex(known);
        return;
    }
    if (m_project->itemData(0).toString().isEmpty())
        m_project->removeItem(0);
    m_project->insertItem(0, icon(u"folder"_s, Tone::Muted), QDir(path).dirName(), path);
    m_project->setItemData(0, path, Qt::ToolTipRole);
    m_project->setCurrentIndex(0);
}

void CommandBar::browse()
{
    auto* const dialog = new QFileDialog(this, tr("Choose the project's folder"));
    dialog->setObjectName(u"folderDialog"_s);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &CommandBar::chooseProject);
    connect(dialog, &QDialog::rejected, this, [this] { m_project->setCurrentIndex(0); });
    // Back to the words: the dialog would give the keyboard to whatever opened it.
    connect(dialog, &QDialog::finished, this, [this] { m_goal->setFocus(); }, Qt::QueuedConnection);
    dialog->open();
}

TaskSpec CommandBar::spec() const
{
    TaskSpec spec;
    spec.goal = m_goal->text().trimmed();
    spec.title = titleFromGoal(spec.goal);
    spec.project = project();
    const auto agent = m_agent->currentData().toString();
    if (agent == shellAgent) {
        spec.kind = TaskKind::Shell;
        spec.shell = u"bash"_s;
        spec.isolation = Isolation::InPlace;
    } else {
        spec.agent = agent;
    }
    spec.priority = Priority(m_priority->currentData().toInt());
    return spec;
}

void CommandBar::start(bool open)
{
    auto wanted = spec();
    if (wanted.kind == TaskKind::Agent) {
        const auto intent = client::parseIntent(wanted.goal, m_commandWaits);
        if (intent.kind != client::Intent::Kind::Start && intent.kind != client::Intent::Kind::Nothing) {
            m_goal->clear();
            Q_EMIT intentSaid(intent);
            return;
        }
        wanted.goal = intent.text;
        wanted.title = titleFromGoal(intent.text);
        wanted.verbosity = intent.verbosity;
    }
    Q_EMIT startWanted(wanted, open);
}

void CommandBar::clearGoal()
{
    m_goal->clear();
}

void CommandBar::focusGoal()
{
    m_goal->setFocus(Qt::ShortcutFocusReason);
    m_goal->selectAll();
}

bool CommandBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_goal && event->type() == QEvent::KeyPress) {
        const auto* const key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            start(key->modifiers().testFlag(Qt::ShiftModifier));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void CommandBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto c = colorsFor(palette());
    painter.fillRect(QRect(0, height() - 1, width(), 1), c.border);
}

} // namespace switchyard::ui
