// The fields of the start form, page by page.

#include "ui/start/start_form.h"
#include "ui/start/template_fields.h"
#include "ui/tasks/task_face.h"
#include "ui/theme/colors.h"
#include "ui/theme/icons.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QTabWidget>

namespace switchyard::ui {

namespace {

const auto shellAgent = u"$"_s;
constexpr int mostTasks = 200;

QFormLayout* formOf(QWidget* page)
{
    auto* const form = new QFormLayout(page);
    form->setContentsMargins(4, 12, 4, 4);
    form->setVerticalSpacing(9);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

} // namespace

QWidget* StartForm::makeTaskPage(const QStringList& projects, const QList<AgentChoice>& agents)
{
    auto* const page = new QWidget(m_tabs);
    m_taskForm = formOf(page);
    const auto line = [&](const QString& name, const QString& placeholder, const QString& text = {}) {
        auto* const made = new QLineEdit(text, page);
        made->setObjectName(name);
        made->setPlaceholderText(placeholder);
        return made;
    };
    m_template = new QComboBox(page);
    m_template->setObjectName(u"templateBox"_s);
    m_template->addItem(tr("none: say it in your own words"), QString());
    m_parameters = new TemplateFields(page);
    m_parameters->setObjectName(u"templateFields"_s);
    m_goal = new QPlainTextEdit(m_from.goal, page);
    m_goal->setObjectName(u"goalField"_s);
    m_goal->setTabChangesFocus(true);
    m_goal->setPlaceholderText(tr("What should be built, in plain words; or a command line, if a shell is chosen"));
    m_goal->setMinimumHeight(90);
    m_goal->document()->setDocumentMargin(7);
    m_title = line(u"titleField"_s, tr("made from the goal"));
    m_project = new QComboBox(page);
    m_project->setObjectName(u"formProjectBox"_s);
    m_project->setEditable(true);
    m_project->addItems(projects);
    m_project->setCurrentText(m_from.project);
    auto* const browseButton = new QPushButton(icon(u"folder"_s), tr("Choose…"), page);
    browseButton->setObjectName(u"browseButton"_s);
    browseButton->setAutoDefault(false);
    connect(browseButton, &QPushButton::clicked, this, &StartForm::browse);
    auto* const projectRow = new QHBoxLayout;
    projectRow->addWidget(m_project, 1);
    projectRow->addWidget(browseButton);
    m_branch = line(u"baseBranchField"_s, tr("what the folder is on now"));
    m_inPlace = new QCheckBox(tr("Change the files of the folder &directly, without a branch of its own"), page);
    m_inPlace->setObjectName(u"inPlaceBox"_s);
    m_inPlace->setChecked(m_from.isolation == Isolation::InPlace);
    m_agent = new QComboBox(page);
    m_agent->setObjectName(u"formAgentBox"_s);
    for (const auto& agent : agents)
        m_agent->addItem(agent.title.isEmpty() ? agent.name : agent.title, agent.name);
    m_agent->addItem(tr("Shell command"), shellAgent);
    m_agent->setCurrentIndex(
        std::max(0, m_agent->findData(m_from.kind == TaskKind::Shell ? shellAgent : m_from.agent)));
    m_agentType = new QComboBox(page);
    m_agentType->setObjectName(u"agentTypeBox"_s);
    m_agentType->setEditable(true);
    m_agentType->addItems({QString(), u"code"_s, u"fixer"_s, u"reviewer"_s, u"documenter"_s});
    m_agentType->setCurrentText(m_from.agentType);
    m_agentType->lineEdit()->setPlaceholderText(tr("plain"));
    m_model = line(u"modelField"_s, tr("the agent's own choice"), m_from.model);
    m_mode = line(u"modeField"_s, tr("the agent's own choice"), m_from.mode);

    m_taskForm->addRow(tr("Te&mplate:"), m_template);
    m_taskForm->addRow(m_parameters);
    m_taskForm->addRow(tr("&Goal:"), m_goal);
    m_taskForm->addRow(tr("&Title:"), m_title);
    auto* const projectLabel = new QLabel(tr("&Project:"), page);
    projectLabel->setBuddy(m_project);
    m_taskForm->addRow(projectLabel, projectRow);
    m_taskForm->addRow(tr("From &branch:"), m_branch);
    m_taskForm->addRow(QString(), m_inPlace);
    m_taskForm->addRow(tr("&Agent:"), m_agent);
    m_taskForm->addRow(tr("Its t&ype:"), m_agentType);
    m_taskForm->addRow(tr("M&odel:"), m_model);
    m_taskForm->addRow(tr("Mod&e:"), m_mode);
    return page;
}

QWidget* StartForm::makeLimitsPage(const QList<SharedTask>& tasks)
{
    auto* const page = new QWidget(m_tabs);
    m_limitsForm = formOf(page);
    const auto number = [&](const QString& name, int most, int value, const QString& suffix, const QString& zero) {
        auto* const made = new QSpinBox(page);
        made->setObjectName(name);
        made->setRange(0, most);
        made->setValue(value);
        made->setSuffix(suffix);
        made->setSpecialValueText(zero);
        return made;
    };
    const auto minutes = [](milliseconds time) {
        return int(std::chrono::duration_cast<std::chrono::minutes>(time).count());
    };
    const auto& limits = m_from.limits;
    m_priority = new QComboBox(page);
    m_priority->setObjectName(u"formPriorityBox"_s);
    for (const auto priority : {Priority::High, Priority::Normal, Priority::Low})
        m_priority->addItem(TaskText::priority(priority), int(priority));
    m_priority->setCurrentIndex(int(m_from.priority));
    m_after = new QListWidget(page);
    m_after->setObjectName(u"afterList"_s);
    m_after->setMaximumHeight(110);
    for (const auto& shared : tasks) {
        const auto& task = *shared;
        if (isFinished(task.status) || m_after->count() >= mostTasks)
            continue;
        auto* const item = new QListWidgetItem(task.id().toString() + u"  "_s + task.spec.title, m_after);
        item->setData(Qt::UserRole, task.id().toString());
        item->setCheckState(m_from.after.contains(task.id()) ? Qt::Checked : Qt::Unchecked);
    }
    m_later = new QCheckBox(tr("Not before:"), page);
    m_later->setObjectName(u"laterBox"_s);
    m_notBefore = new QDateTimeEdit(QDateTime::currentDateTime().addSecs(3600), page);
    m_notBefore->setObjectName(u"notBeforeField"_s);
    m_notBefore->setAccessibleName(tr("Not before"));
    m_notBefore->setCalendarPopup(true);
    m_notBefore->setVisible(false);
    connect(m_later, &QCheckBox::toggled, m_notBefore, &QWidget::setVisible);
    auto* const laterRow = new QHBoxLayout;
    laterRow->addWidget(m_later);
    laterRow->addWidget(m_notBefore, 1);
    m_minutes = number(u"minutesBox"_s, 24 * 60, minutes(limits.runTime), tr(" min"), tr("no limit"));
    m_steps = number(u"stepsBox"_s, 1000, limits.iterations, {}, tr("no limit"));
    m_confirmMinutes = number(u"confirmMinutesBox"_s, 24 * 60, minutes(limits.confirmationWait), tr(" min"), {});
    m_confirmMinutes->setMinimum(1);
    m_memory = number(u"memoryBox"_s, 1 << 20, int(limits.memoryBytes >> 20), tr(" MiB"), tr("no limit"));
    m_memory->setSingleStep(256);
    m_budget = new QDoubleSpinBox(page);
    m_budget->setObjectName(u"budgetBox"_s);
    m_budget->setRange(0, 10'000);
    m_budget->setSingleStep(0.5);
    m_budget->setPrefix(u"$"_s);
    m_budget->setSpecialValueText(tr("no limit"));
    m_budget->setValue(limits.budgetUsd);
    m_attempts = number(u"attemptsBox"_s, 20, m_from.retry.attempts, {}, tr("as in the settings"));
    m_retryFailure = new QCheckBox(tr("also when it has failed"), page);
    m_retryFailure->setObjectName(u"retryFailureBox"_s);
    m_retryFailure->setChecked(m_from.retry.onFailure);
    m_retryTimeout = new QCheckBox(tr("also when its time was up"), page);
    m_retryTimeout->setObjectName(u"retryTimeoutBox"_s);
    m_retryTimeout->setChecked(m_from.retry.onTimeout);
    m_verbosity = new QComboBox(page);
    m_verbosity->setObjectName(u"verbosityBox"_s);
    m_verbosity->addItem(tr("Normal updates"), u"normal"_s);
    m_verbosity->addItem(tr("Detailed updates"), u"detailed"_s);
    m_verbosity->addItem(tr("Minimal updates"), u"minimal"_s);
    m_verbosity->setCurrentIndex(std::max(0, m_verbosity->findData(m_from.verbosity)));

    m_limitsForm->addRow(tr("P&riority:"), m_priority);
    m_limitsForm->addRow(tr("Starts a&fter:"), m_after);
    m_limitsForm->setRowVisible(m_after, m_after->count() > 0);
    m_limitsForm->addRow(QString(), laterRow);
    m_limitsForm->addRow(tr("Run t&ime:"), m_minutes);
    m_limitsForm->addRow(tr("St&eps:"), m_steps);
    m_limitsForm->addRow(tr("&Budget:"), m_budget);
    m_limitsForm->addRow(tr("&Memory:"), m_memory);
    m_limitsForm->addRow(tr("Waits for a &code:"), m_confirmMinutes);
    m_limitsForm->addRow(tr("Attem&pts:"), m_attempts);
    m_limitsForm->addRow(QString(), m_retryFailure);
    m_limitsForm->addRow(QString(), m_retryTimeout);
    m_limitsForm->addRow(tr("&Updates:"), m_verbosity);
    return page;
}

QWidget* StartForm::makePlacePage()
{
    auto* const page = new QWidget(m_tabs);
    m_placeForm = formOf(page);
    m_sandbox = new QComboBox(page);
    m_sandbox->setObjectName(u"sandboxBox"_s);
    for (const auto level : {SandboxLevel::Inherit, SandboxLevel::Standard, SandboxLevel::Strict, SandboxLevel::Off})
        m_sandbox->addItem(sandboxWords(level), int(level));
    m_sandbox->setCurrentIndex(std::max(0, m_sandbox->findData(int(m_from.sandbox))));
    m_network = new QComboBox(page);
    m_network->setObjectName(u"networkBox"_s);
    for (const auto access : {NetworkAccess::Inherit, NetworkAccess::On, NetworkAccess::Loopback, NetworkAccess::Off})
        m_network->addItem(networkWords(access), int(access));
    m_network->setCurrentIndex(std::max(0, m_network->findData(int(m_from.network))));
    m_sandboxNote = new QLabel(this);
    m_sandboxNote->setObjectName(u"sandboxNote"_s);
    m_sandboxNote->setTextFormat(Qt::PlainText);
    m_sandboxNote->setWordWrap(true);
    auto colors = palette();
    colors.setColor(QPalette::WindowText, colorsFor(palette()).needsYou);
    m_sandboxNote->setPalette(colors);
    m_shell = new QComboBox(page);
    m_shell->setObjectName(u"shellBox"_s);
    m_shell->addItems({u"bash"_s, u"sh"_s, u"zsh"_s});
    m_shell->setCurrentText(m_from.shell.isEmpty() ? u"bash"_s : m_from.shell);
    const auto text = [&](const QString& name, const QString& words, const QString& placeholder) {
        auto* const made = new QPlainTextEdit(words, page);
        made->setObjectName(name);
        made->setPlaceholderText(placeholder);
        made->setTabChangesFocus(true);
        made->document()->setDocumentMargin(7);
        return made;
    };
    m_folders = text(u"extraFoldersField"_s, m_from.extraFolders.join(u'\n'),
                     tr("Other folders that it may write, one a line"));
    m_folders->setMaximumHeight(90);
    m_instructions = text(u"instructionsField"_s, m_from.instructions,
                          tr("What the agent is to keep to, beside the goal: rules, style, what not to touch"));
    m_placeForm->addRow(tr("&Sandbox:"), m_sandbox);
    m_placeForm->addRow(tr("&Network:"), m_network);
    m_sandboxNote->hide();
    m_placeForm->addRow(tr("S&hell:"), m_shell);
    m_placeForm->addRow(tr("&Folders:"), m_folders);
    m_placeForm->addRow(tr("&Instructions:"), m_instructions);
    return page;
}

QString StartForm::sandboxWords(SandboxLevel level)
{
    switch (level) {
    case SandboxLevel::Standard:
        return tr("Standard: only the task's folder, no keys");
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
    m_sandboxNote->setVisible(!missing.isEmpty()); // on every page: it is about what may go wrong
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

QWidget* StartForm::makeButtons()
{
    auto* const buttons = new QDialogButtonBox(this);
    auto* const start = buttons->addButton(tr("&Start"), QDialogButtonBox::AcceptRole);
    start->setObjectName(u"formStartButton"_s);
    start->setDefault(true);
    buttons->addButton(tr("Go back"), QDialogButtonBox::RejectRole)->setAutoDefault(false);
    auto* const quick = new QShortcut(Qt::CTRL | Qt::Key_Return, this);
    connect(quick, &QShortcut::activated, start, &QPushButton::click);
    connect(buttons, &QDialogButtonBox::accepted, this, &StartForm::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    return buttons;
}

} // namespace switchyard::ui
