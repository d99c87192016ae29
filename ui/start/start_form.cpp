#include "ui/start/start_form.h"

#include "ui/tasks/task_face.h"
#include "ui/theme/icons.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSpinBox>

namespace switchyard::ui {

namespace {
const auto shellAgent = u"$"_s;
}

StartForm::StartForm(const TaskSpec& from, const QStringList& projects, const QList<AgentChoice>& agents,
                     const QList<Task>& tasks, QWidget* parent)
    : QDialog(parent),
      m_from(from),
      m_goal(new QPlainTextEdit(from.goal, this)),
      m_title(new QLineEdit(this)),
      m_branch(new QLineEdit(this)),
      m_model(new QLineEdit(from.model, this)),
      m_project(new QComboBox(this)),
      m_agent(new QComboBox(this)),
      m_priority(new QComboBox(this)),
      m_after(new QComboBox(this)),
      m_verbosity(new QComboBox(this)),
      m_sandbox(new QComboBox(this)),
      m_network(new QComboBox(this)),
      m_minutes(new QSpinBox(this)),
      m_steps(new QSpinBox(this)),
      m_inPlace(new QCheckBox(tr("Change the files of the folder &directly, without a branch of its own"), this)),
      m_sandboxNote(new QLabel(this)),
      m_message(new QLabel(this))
{
    setObjectName(u"startForm"_s);
    setWindowTitle(tr("New task"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_goal->setObjectName(u"goalField"_s);
    m_goal->setTabChangesFocus(true);
    m_goal->setPlaceholderText(tr("What should be built, in plain words; or a command line, if a shell is chosen"));
    m_goal->setMinimumHeight(90);
    m_title->setObjectName(u"titleField"_s);
    m_title->setPlaceholderText(tr("made from the goal"));
    m_project->setObjectName(u"formProjectBox"_s);
    m_project->setEditable(true);
    m_project->addItems(projects);
    m_project->setCurrentText(from.project);
    auto* const browse = new QPushButton(icon(u"folder"_s), tr("Choose…"), this);
    browse->setObjectName(u"browseButton"_s);
    browse->setAutoDefault(false);
    auto* const projectRow = new QHBoxLayout;
    projectRow->addWidget(m_project, 1);
    projectRow->addWidget(browse);
    m_branch->setObjectName(u"baseBranchField"_s);
    m_branch->setPlaceholderText(tr("what the folder is on now"));
    m_agent->setObjectName(u"formAgentBox"_s);
    for (const auto& agent : agents)
        m_agent->addItem(agent.title.isEmpty() ? agent.name : agent.title, agent.name);
    m_agent->addItem(tr("Shell command"), shellAgent);
    m_agent->setCurrentIndex(std::max(0, m_agent->findData(from.kind == TaskKind::Shell ? shellAgent : from.agent)));
    m_model->setObjectName(u"modelField"_s);
    m_model->setPlaceholderText(tr("the agent's own choice"));
    m_priority->setObjectName(u"formPriorityBox"_s);
    for (const auto priority : {Priority::High, Priority::Normal, Priority::Low})
        m_priority->addItem(TaskText::priority(priority), int(priority));
    m_priority->setCurrentIndex(int(from.priority));
    m_after->setObjectName(u"afterBox"_s);
    m_after->addItem(tr("nothing: as soon as a slot is free"), QString());
    for (const auto& task : tasks) {
        if (!isFinished(task.status) && m_after->count() < 200)
            m_after->addItem(task.id().toString() + u"  "_s + task.spec.title, task.id().toString());
    }
    m_verbosity->setObjectName(u"verbosityBox"_s);
    m_verbosity->addItem(tr("Normal updates"), u"normal"_s);
    m_verbosity->addItem(tr("Detailed updates"), u"detailed"_s);
    m_verbosity->addItem(tr("Minimal updates"), u"minimal"_s);
    makeSandboxRows();
    m_minutes->setObjectName(u"minutesBox"_s);
    m_minutes->setRange(0, 24 * 60);
    m_minutes->setValue(int(std::chrono::duration_cast<std::chrono::minutes>(from.limits.runTime).count()));
    m_minutes->setSuffix(tr(" min"));
    m_minutes->setSpecialValueText(tr("no limit"));
    m_steps->setObjectName(u"stepsBox"_s);
    m_steps->setRange(0, 1000);
    m_steps->setValue(from.limits.iterations);
    m_steps->setSpecialValueText(tr("no limit"));
    m_inPlace->setObjectName(u"inPlaceBox"_s);
    m_inPlace->setChecked(from.isolation == Isolation::InPlace);
    m_goal->document()->setDocumentMargin(7);
    m_message->setObjectName(u"startFormMessage"_s);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    auto colors = palette();
    colors.setColor(QPalette::WindowText, colorsFor(palette()).failed);
    m_message->setPalette(colors);

    auto* const form = new QFormLayout;
    form->setVerticalSpacing(9);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Goal:"), m_goal);
    form->addRow(tr("&Title:"), m_title);
    auto* const projectLabel = new QLabel(tr("&Project:"), this);
    projectLabel->setBuddy(m_project);
    form->addRow(projectLabel, projectRow);
    form->addRow(tr("From &branch:"), m_branch);
    form->addRow(QString(), m_inPlace);
    form->addRow(tr("&Agent:"), m_agent);
    form->addRow(tr("&Model:"), m_model);
    form->addRow(tr("P&riority:"), m_priority);
    form->addRow(tr("Starts a&fter:"), m_after);
    form->addRow(tr("Sandbo&x:"), m_sandbox);
    form->addRow(tr("Net&work:"), m_network);
    form->addRow(QString(), m_sandboxNote);
    form->setRowVisible(m_sandboxNote, false);
    form->addRow(tr("Run t&ime:"), m_minutes);
    form->addRow(tr("St&eps:"), m_steps);
    form->addRow(tr("&Updates:"), m_verbosity);
    auto* const buttons = new QDialogButtonBox(this);
    auto* const start = buttons->addButton(tr("&Start"), QDialogButtonBox::AcceptRole);
    start->setObjectName(u"formStartButton"_s);
    start->setDefault(true);
    buttons->addButton(tr("Go back"), QDialogButtonBox::RejectRole)->setAutoDefault(false);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 14);
    column->setSpacing(10);
    column->addLayout(form, 1);
    column->addWidget(m_message);
    column->addWidget(buttons);
    resize(620, 600);
    auto* const quick = new QShortcut(Qt::CTRL | Qt::Key_Return, this);
    connect(quick, &QShortcut::activated, start, &QPushButton::click);
    connect(buttons, &QDialogButtonBox::accepted, this, &StartForm::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_agent, &QComboBox::currentIndexChanged, this, &StartForm::kindChanged);
    connect(browse, &QPushButton::clicked, this, [this] {
        auto* const dialog = new QFileDialog(this, tr("Choose the project's folder"), m_project->currentText());
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QFileDialog::fileSelected, m_project, &QComboBox::setCurrentText);
        dialog->open();
    });
    kindChanged();
    m_goal->setFocus();
    m_goal->moveCursor(QTextCursor::End);
}

void StartForm::makeSandboxRows()
{
    m_sandbox->setObjectName(u"sandboxBox"_s);
    for (const auto level : {SandboxLevel::Inherit, SandboxLevel::Standard, SandboxLevel::Strict, SandboxLevel::Off})
        m_sandbox->addItem(sandboxWords(level), int(level));
    m_sandbox->setCurrentIndex(std::max(0, m_sandbox->findData(int(m_from.sandbox))));
    m_network->setObjectName(u"networkBox"_s);
    for (const auto access : {NetworkAccess::Inherit, NetworkAccess::On, NetworkAccess::Loopback, NetworkAccess::Off})
        m_network->addItem(networkWords(access), int(access));
    m_network->setCurrentIndex(std::max(0, m_network->findData(int(m_from.network))));
    m_sandboxNote->setObjectName(u"sandboxNote"_s);
    m_sandboxNote->setTextFormat(Qt::PlainText);
    m_sandboxNote->setWordWrap(true);
    auto colors = palette();
    colors.setColor(QPalette::WindowText, colorsFor(palette()).needsYou);
    m_sandboxNote->setPalette(colors);
}

QString StartForm::sandboxWords(SandboxLevel level)
{
    switch (level) {
    case SandboxLevel::Standard:
        return tr("Standard: changes only the task's folder, keys are hidden");
    case SandboxLevel::Strict:
        return tr("Strict: no home and no network either");
    case SandboxLevel::Off:
        return tr("Off: reaches all that you reach");
    case SandboxLevel::Inherit:
        break;
    }
    return tr("as in the settings");
}

QString StartForm::networkWords(NetworkAccess access)
{
    switch (access) {
    case NetworkAccess::On:
        return tr("On");
    case NetworkAccess::Loopback:
        return tr("Only the task's own servers");
    case NetworkAccess::Off:
        return tr("Off");
    case NetworkAccess::Inherit:
        break;
    }
    return tr("as in the settings");
}

void StartForm::showSandbox(const QJsonObject& answer)
{
    m_sandboxDefaults = answer[u"defaults"].toObject();
    nameSandboxDefaults();
    QStringList missing;
    for (const auto& words : answer[u"missing"].toArray())
        missing << words.toString();
    m_sandboxNote->setText(missing.join(u'\n'));
    static_cast<QFormLayout*>(layout()->itemAt(0)->layout())->setRowVisible(m_sandboxNote, !missing.isEmpty());
}

void StartForm::nameSandboxDefaults()
{
    const bool shell = m_agent->currentData().toString() == shellAgent;
    const auto level = sandboxLevelFromName(m_sandboxDefaults[shell ? u"command" : u"agent"].toString());
    const auto access = networkAccessFromName(m_sandboxDefaults[u"network"].toString());
    const auto words = [](const QString& value) { return tr("%1 (as in the settings)").arg(value); };
    if (level && *level != SandboxLevel::Inherit)
        m_sandbox->setItemText(0, words(sandboxWords(*level)));
    if (access && *access != NetworkAccess::Inherit)
        m_network->setItemText(0, words(networkWords(*access)));
}

void StartForm::kindChanged()
{
    nameSandboxDefaults();
    const bool shell = m_agent->currentData().toString() == shellAgent;
    for (auto* const field : std::initializer_list<QWidget*>{m_model, m_steps, m_verbosity})
        static_cast<QFormLayout*>(layout()->itemAt(0)->layout())->setRowVisible(field, !shell);
}

TaskSpec StartForm::spec() const
{
    auto spec = m_from;
    spec.goal = m_goal->toPlainText().trimmed();
    spec.title = m_title->text().trimmed().isEmpty() ? titleFromGoal(spec.goal) : m_title->text().trimmed();
    spec.project = m_project->currentText().trimmed();
    spec.baseBranch = m_branch->text().trimmed();
    spec.isolation = m_inPlace->isChecked() ? Isolation::InPlace : Isolation::Worktree;
    const auto agent = m_agent->currentData().toString();
    spec.kind = agent == shellAgent ? TaskKind::Shell : TaskKind::Agent;
    spec.agent = agent == shellAgent ? QString() : agent;
    spec.shell = agent == shellAgent ? u"bash"_s : QString();
    spec.model = agent == shellAgent ? QString() : m_model->text().trimmed();
    spec.sandbox = SandboxLevel(m_sandbox->currentData().toInt());
    spec.network = NetworkAccess(m_network->currentData().toInt());
    spec.priority = Priority(m_priority->currentData().toInt());
    spec.verbosity = m_verbosity->currentData().toString();
    spec.limits.runTime = std::chrono::minutes(m_minutes->value());
    spec.limits.iterations = m_steps->value();
    if (const auto after = TaskId::parse(m_after->currentData().toString()))
        spec.after = {*after};
    return spec;
}

void StartForm::accept()
{
    const auto wanted = spec();
    if (const auto good = wanted.validate(); !good) {
        m_message->setText(good.error().hint.isEmpty() ? good.error().message
                                                       : good.error().message + u' ' + good.error().hint);
        return;
    }
    Q_EMIT startWanted(wanted);
    QDialog::accept();
}

} // namespace switchyard::ui
