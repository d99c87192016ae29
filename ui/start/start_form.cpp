#include "ui/start/start_form.h"

#include "ui/start/template_fields.h"
#include "ui/theme/colors.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTabWidget>

namespace switchyard::ui {

namespace {
const auto shellAgent = u"$"_s;

QString wholePath(const QString& typed)
{
    const auto path = typed.trimmed();
    return path == u"~" || path.startsWith(u"~/") ? QDir::homePath() + path.mid(1) : path;
}
} // namespace

StartForm::StartForm(const TaskSpec& from, const QStringList& projects, const QList<AgentChoice>& agents,
                     const QList<SharedTask>& tasks, QWidget* parent)
    : QDialog(parent), m_from(from), m_tabs(new QTabWidget(this)), m_message(new QLabel(this))
{
    setObjectName(u"startForm"_s);
    setWindowTitle(tr("New task"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_tabs->setObjectName(u"startTabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(makeTaskPage(projects, agents), tr("Task"));
    m_tabs->addTab(makeLimitsPage(tasks), tr("Start and limits"));
    m_tabs->addTab(makePlacePage(), tr("Surroundings"));
    m_message->setObjectName(u"startFormMessage"_s);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    auto colors = palette();
    colors.setColor(QPalette::WindowText, colorsFor(palette()).failed);
    m_message->setPalette(colors);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 14);
    column->setSpacing(10);
    column->addWidget(m_tabs, 1);
    column->addWidget(m_sandboxNote);
    column->addWidget(m_message);
    column->addWidget(makeButtons());
    resize(640, 600);
    connect(m_agent, &QComboBox::currentIndexChanged, this, &StartForm::kindChanged);
    connect(m_template, &QComboBox::currentIndexChanged, this, &StartForm::templateChanged);
    kindChanged();
    templateChanged();
    m_goal->setFocus();
    m_goal->moveCursor(QTextCursor::End);
}

void StartForm::setTemplates(const QList<TaskTemplate>& templates, const QString& chosen)
{
    m_templates = templates;
    for (const auto& one : templates)
        m_template->addItem(one.title, one.name);
    m_taskForm->setRowVisible(m_template, !templates.isEmpty());
    if (const int row = m_template->findData(chosen); row > 0)
        m_template->setCurrentIndex(row);
}

void StartForm::templateChanged()
{
    const int chosen = m_template->currentIndex() - 1;
    const bool free = chosen < 0;
    m_taskForm->setRowVisible(m_goal, free);
    m_taskForm->setRowVisible(m_parameters, !free);
    if (free)
        return;
    m_parameters->setTemplate(m_templates.at(chosen));
    m_parameters->focusFirst();
}

void StartForm::kindChanged()
{
    nameSandboxDefaults();
    const bool shell = m_agent->currentData().toString() == shellAgent;
    for (auto* const field : std::initializer_list<QWidget*>{m_model, m_mode, m_agentType, m_template})
        m_taskForm->setRowVisible(field, !shell);
    if (shell)
        m_template->setCurrentIndex(0);
    if (m_templates.isEmpty())
        m_taskForm->setRowVisible(m_template, false);
    for (auto* const field : std::initializer_list<QWidget*>{m_steps, m_budget, m_verbosity})
        m_limitsForm->setRowVisible(field, !shell);
    m_placeForm->setRowVisible(m_instructions, !shell);
    m_placeForm->setRowVisible(m_shell, shell);
}

void StartForm::browse()
{
    auto* const dialog = new QFileDialog(this, tr("Choose the project's folder"), m_project->currentText());
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, m_project, &QComboBox::setCurrentText);
    dialog->open();
}

Result<TaskSpec> StartForm::spec() const
{
    auto spec = m_from;
    const auto agent = m_agent->currentData().toString();
    const bool shell = agent == shellAgent;
    spec.kind = shell ? TaskKind::Shell : TaskKind::Agent;
    spec.agent = shell ? QString() : agent;
    spec.shell = shell ? m_shell->currentText() : QString();
    spec.project = wholePath(m_project->currentText());
    spec.baseBranch = m_branch->text().trimmed();
    spec.isolation = m_inPlace->isChecked() ? Isolation::InPlace : Isolation::Worktree;
    readLimits(spec);
    readPlace(spec);
    if (const int chosen = m_template->currentIndex() - 1; chosen >= 0) {
        SY_TRY_ASSIGN(spec, m_templates.at(chosen).fill(m_parameters->values(), spec));
    } else {
        spec.goal = m_goal->toPlainText().trimmed();
    }
    if (!shell) {
        if (const auto model = m_model->text().trimmed(); !model.isEmpty())
            spec.model = model;
        if (const auto mode = m_mode->text().trimmed(); !mode.isEmpty())
            spec.mode = mode;
        if (const auto type = m_agentType->currentText().trimmed(); !type.isEmpty())
            spec.agentType = type;
    }
    const auto title = m_title->text().trimmed();
    spec.title = title.isEmpty() ? titleFromGoal(spec.goal) : title;
    SY_TRY(spec.validate());
    return spec;
}

void StartForm::readLimits(TaskSpec& spec) const
{
    spec.priority = Priority(m_priority->currentData().toInt());
    spec.verbosity = m_verbosity->currentData().toString();
    spec.after.clear();
    for (int row = 0; row < m_after->count(); ++row) {
        const auto* const item = m_after->item(row);
        if (const auto id = TaskId::parse(item->data(Qt::UserRole).toString()); id && item->checkState() == Qt::Checked)
            spec.after << *id;
    }
    spec.notBefore = m_later->isChecked() ? fromMilliseconds(m_notBefore->dateTime().toMSecsSinceEpoch()) : UtcTime{};
    spec.limits.runTime = std::chrono::minutes(m_minutes->value());
    spec.limits.iterations = m_steps->value();
    spec.limits.confirmationWait = std::chrono::minutes(m_confirmMinutes->value());
    spec.limits.budgetUsd = m_budget->value();
    spec.limits.memoryBytes = qint64(m_memory->value()) << 20;
    spec.retry.attempts = m_attempts->value();
    spec.retry.onFailure = m_retryFailure->isChecked();
    spec.retry.onTimeout = m_retryTimeout->isChecked();
}

void StartForm::readPlace(TaskSpec& spec) const
{
    spec.sandbox = SandboxLevel(m_sandbox->currentData().toInt());
    spec.network = NetworkAccess(m_network->currentData().toInt());
    spec.extraFolders.clear();
    for (const auto& line : m_folders->toPlainText().split(u'\n')) {
        if (!line.trimmed().isEmpty())
            spec.extraFolders << wholePath(line);
    }
    spec.instructions = m_instructions->toPlainText().trimmed();
}

// The first of what nobody can do without, with the words for it.
QWidget* StartForm::missing()
{
    if (m_template->currentIndex() <= 0 && m_goal->toPlainText().trimmed().isEmpty()) {
        m_message->setText(tr("Say what should be done."));
        return m_goal;
    }
    if (m_project->currentText().trimmed().isEmpty()) {
        m_message->setText(tr("Choose the folder to work in."));
        return m_project;
    }
    return nullptr;
}

void StartForm::accept()
{
    if (auto* const field = missing()) {
        m_tabs->setCurrentIndex(0);
        field->setFocus();
        return;
    }
    const auto wanted = spec();
    if (!wanted) {
        m_message->setText(wanted.error().hint.isEmpty() ? wanted.error().message
                                                         : wanted.error().message + u' ' + wanted.error().hint);
        return;
    }
    Q_EMIT startWanted(*wanted);
    QDialog::accept();
}

} // namespace switchyard::ui
