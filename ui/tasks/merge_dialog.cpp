#include "ui/tasks/merge_dialog.h"

#include "ui/theme/colors.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace switchyard::ui {

MergeDialog::MergeDialog(const Task& task, bool deleteBranch, QWidget* parent)
    : QDialog(parent), m_deleteBranch(new QCheckBox(tr("&Delete the branch %1 afterwards").arg(task.branch), this))
{
    setObjectName(u"mergeDialog"_s);
    setWindowTitle(tr("Merge the change"));
    setAttribute(Qt::WA_DeleteOnClose);
    const auto into = task.baseBranch.isEmpty() ? tr("the branch it came from") : task.baseBranch;
    auto* const question = new QLabel(tr("Merge “%1” into %2?").arg(task.spec.title, into), this);
    question->setTextFormat(Qt::PlainText);
    question->setWordWrap(true);
    auto strong = font();
    strong.setWeight(QFont::DemiBold);
    strong.setPixelSize(15);
    question->setFont(strong);
    auto* const facts = new QLabel(
        tr("%n file(s) changed, +%1 −%2. The task's worktree is removed when that is done.", nullptr, task.filesChanged)
            .arg(task.linesAdded)
            .arg(task.linesRemoved),
        this);
    facts->setWordWrap(true);
    m_deleteBranch->setObjectName(u"deleteBranchBox"_s);
    m_deleteBranch->setChecked(deleteBranch);
    auto* const buttons = new QDialogButtonBox(this);
    m_check = new QLabel(tr("Looking for conflicts…"), this);
    m_check->setObjectName(u"mergeCheck"_s);
    m_check->setTextFormat(Qt::PlainText);
    m_check->setWordWrap(true);
    m_merge = buttons->addButton(tr("&Merge"), QDialogButtonBox::AcceptRole);
    auto* const merge = m_merge;
    merge->setObjectName(u"mergeConfirmButton"_s);
    merge->setDefault(true);
    buttons->addButton(tr("Not now"), QDialogButtonBox::RejectRole)->setObjectName(u"mergeCancelButton"_s);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 16);
    column->setSpacing(12);
    column->addWidget(question);
    column->addWidget(facts);
    column->addWidget(m_check);
    column->addWidget(m_deleteBranch);
    column->addSpacing(6);
    column->addWidget(buttons);
    setMinimumWidth(420);
    merge->setFocus();
}

void MergeDialog::setProblem(const QString& problem)
{
    auto colors = palette();
    colors.setColor(QPalette::WindowText, problem.isEmpty() ? colorsFor(palette()).done : colorsFor(palette()).failed);
    m_check->setPalette(colors);
    m_check->setText(problem.isEmpty() ? tr("✓ No conflicts.") : problem);
    m_merge->setEnabled(problem.isEmpty());
    adjustSize();
}

bool MergeDialog::deleteBranch() const
{
    return m_deleteBranch->isChecked();
}

} // namespace switchyard::ui
