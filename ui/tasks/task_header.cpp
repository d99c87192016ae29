#include "ui/tasks/task_header.h"

#include "ui/shell/actions.h"
#include "ui/tasks/phase_bar.h"
#include "ui/tasks/task_commands.h"
#include "ui/tasks/task_face.h"
#include "ui/theme/elided_label.h"
#include "ui/theme/icons.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QFontDatabase>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace switchyard::ui {

TaskHeader::TaskHeader(const Actions& actions, QWidget* parent) : QWidget(parent), m_actions(actions)
{
    auto* const outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(makeTop());
    outer->addWidget(makeNeeds());
}

QWidget* TaskHeader::makeTop()
{
    auto* const header = new QWidget(this);
    auto* const column = new QVBoxLayout(header);
    column->setContentsMargins(16, 10, 12, 8);
    column->setSpacing(4);
    auto* const row = new QHBoxLayout;
    row->setSpacing(4);
    m_title = new ElidedLabel(header);
    m_title->setObjectName(u"taskTitle"_s);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto big = font();
    big.setPixelSize(17);
    big.setWeight(QFont::DemiBold);
    m_title->setFont(big);
    row->addWidget(m_title, 1);
    for (const auto* const id : {"task.pause", "task.cancel", "task.retry", "task.discard"}) {
        auto* const button = new QToolButton(header);
        button->setDefaultAction(m_actions[id]);
        button->setObjectName(QString::fromLatin1(id).section(u'.', 1) + u"Button"_s);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setAutoRaise(true);
        row->addWidget(button);
        m_buttons << button;
    }
    m_merge = new QPushButton(icon(u"merge"_s), m_actions["task.merge"]->text(), header);
    m_merge->setObjectName(u"mergeButton"_s);
    m_merge->setDefault(true);
    m_merge->setToolTip(m_actions["task.merge"]->toolTip());
    connect(m_merge, &QPushButton::clicked, m_actions["task.merge"], &QAction::trigger);
    row->addSpacing(4);
    row->addWidget(m_merge);
    column->addLayout(row);

    auto* const second = new QHBoxLayout;
    second->setSpacing(8);
    m_state = new ElidedLabel(header);
    m_state->setObjectName(u"taskState"_s);
    m_idLabel = new QLabel(header);
    m_idLabel->setObjectName(u"taskId"_s);
    m_idLabel->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_idLabel->setForegroundRole(QPalette::PlaceholderText);
    m_idLabel->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_sandbox = new QLabel(header);
    m_sandbox->setObjectName(u"taskSandbox"_s);
    m_sandbox->setTextFormat(Qt::PlainText);
    second->addWidget(m_state);
    second->addWidget(m_idLabel);
    second->addWidget(m_sandbox);
    second->addStretch(1);
    column->addLayout(second);
    column->addSpacing(4);
    m_phase = new PhaseBar(header);
    column->addWidget(m_phase);
    return header;
}

QWidget* TaskHeader::makeNeeds()
{
    m_needs = new QFrame(this);
    m_needs->setObjectName(u"needsYouStrip"_s);
    m_needs->setAutoFillBackground(true);
    auto* const row = new QHBoxLayout(m_needs);
    row->setContentsMargins(16, 6, 12, 6);
    m_needsText = new QLabel(m_needs);
    m_needsText->setObjectName(u"needsYouText"_s);
    m_needsText->setTextFormat(Qt::PlainText);
    m_needsText->setWordWrap(true);
    m_needsButton = new QPushButton(m_needs);
    m_needsButton->setObjectName(u"needsYouButton"_s);
    connect(m_needsButton, &QPushButton::clicked, this, &TaskHeader::needPressed);
    row->addWidget(m_needsText, 1);
    row->addWidget(m_needsButton);
    m_needs->hide();
    return m_needs;
}

void TaskHeader::setTask(const Task& task)
{
    updateTop(task);
    updateButtons(task);
    updateNeeds(task);
}

void TaskHeader::tick(const Task& task)
{
    m_phase->setTask(task);
}

void TaskHeader::updateTop(const Task& task)
{
    const auto face = TaskText::face(task);
    m_title->setText(task.spec.title);
    m_title->setToolTip(task.spec.goal.toHtmlEscaped().left(2000));
    m_idLabel->setText(task.id().toString());
    auto words = face.word;
    const auto newest = TaskText::newest(task);
    if (!newest.isEmpty() && newest != words)
        words += u" · "_s + newest.left(200);
    m_state->setText(words);
    auto colors = palette();
    colors.setColor(QPalette::WindowText, colorsFor(palette()).of(face.tone));
    m_state->setPalette(colors);
    m_sandbox->setText(TaskText::sandbox(task));
    m_sandbox->setVisible(!m_sandbox->text().isEmpty());
    m_sandbox->setToolTip(TaskText::sandboxDetails(task));
    m_sandbox->setAccessibleDescription(m_sandbox->toolTip());
    colors.setColor(QPalette::WindowText, task.sandboxTrouble.isEmpty() ? palette().color(QPalette::PlaceholderText)
                                                                        : colorsFor(palette()).needsYou);
    m_sandbox->setPalette(colors);
    m_phase->setTask(task);
}

void TaskHeader::updateButtons(const Task& task)
{
    // What cannot be done now is not there, instead of grey without a reason.
    for (auto* const button : m_buttons)
        button->setVisible(button->defaultAction()->isEnabled());
    // One button that carries the state: merge, then what it was merged into.
    const bool merged = !task.mergedInto.isEmpty();
    m_merge->setVisible(TaskCommands::canMerge(task) || merged);
    m_merge->setEnabled(!merged);
    m_merge->setText(merged ? tr("✓ Merged into %1").arg(task.mergedInto) : m_actions["task.merge"]->text());
    m_merge->setToolTip(merged ? tr("The change is on %1; there is nothing left to do here.").arg(task.mergedInto)
                               : m_actions["task.merge"]->toolTip());
}

void TaskHeader::updateNeeds(const Task& task)
{
    const bool code = !task.waitingFor.isEmpty();
    const bool wasVisible = !m_needs->isHidden();
    m_needs->setVisible(code || !task.question.isEmpty());
    if (m_needs->isHidden())
        return;
    const auto c = colorsFor(palette());
    auto colors = palette();
    colors.setColor(QPalette::Window, c.needsYouFill);
    colors.setColor(QPalette::WindowText, c.needsYou);
    m_needs->setPalette(colors);
    m_needsText->setText(code ? tr("Waits for your code: %1").arg(task.waitingFor.first().command.simplified())
                              : tr("Asks you: %1").arg(task.question));
    m_needsButton->setText(code ? tr("Look at it…") : tr("Answer"));
    if (!wasVisible) {
        QAccessibleAnnouncementEvent said(this, m_needsText->text());
        QAccessible::updateAccessibility(&said);
    }
}

} // namespace switchyard::ui
