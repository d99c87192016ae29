// The review of a task's change: its difference, comments, what was checked, whether it can be merged.

#include "ui/review/diff_view.h"
#include "ui/tasks/task_page.h"

#include <QLabel>
#include <QStackedWidget>

namespace switchyard::ui {

void TaskPage::connectReview()
{
    connect(m_changes, &DiffView::commentsChanged, this, [this] {
        if (m_changes->comments().isEmpty())
            m_comments.remove(m_id);
        else
            m_comments.insert(m_id, m_changes->comments());
    });
    connect(m_changes, &DiffView::commentsReady, this, &TaskPage::reviewSent);
}

void TaskPage::loadDiff()
{
    m_diffStale = false;
    QCoro::connect(m_client.diff(m_id), this, [this, request = m_request](const Result<Diff>& diff) {
        if (request != m_request)
            return;
        if (!diff) {
            m_diffStale = true;
            m_changesNote->setText(diff.error().message);
            m_changesStack->setCurrentIndex(0);
            return;
        }
        const auto* const task = m_feed.find(m_id);
        if (diff->files.isEmpty()) {
            m_changesNote->setText(task && !task->mergedInto.isEmpty() ? tr("Merged into %1.").arg(task->mergedInto)
                                                                       : tr("Nothing has been changed yet."));
            m_changesStack->setCurrentIndex(0);
            return;
        }
        m_changes->setDiff(*diff);
        checkMerge();
        m_changesStack->setCurrentWidget(m_changes);
    });
}

void TaskPage::forgetComments(const TaskId& id)
{
    m_comments.remove(id);
    if (id == m_id)
        m_changes->setComments({});
}

void TaskPage::checkMerge()
{
    const auto* const task = m_feed.find(m_id);
    if (!task || !task->isReviewable())
        return;
    QCoro::connect(m_client.checkMerge(m_id), this, [this, request = m_request](const Result<QString>& into) {
        if (request != m_request)
            return; // another task is shown by now
        m_mergeInto = into.value_or(QString());
        m_mergeProblem = into || into.error().code != ErrorCode::Conflict ? QString() : into.error().message;
        updateVerdict();
    });
}

void TaskPage::updateVerdict()
{
    const auto* const task = m_feed.find(m_id);
    if (!task)
        return;
    QStringList words;
    bool good = true;
    for (const auto& check : m_activity.checks()) {
        words << (check.ok ? u"✓ "_s : u"✗ "_s) + check.text;
        good = good && check.ok;
    }
    if (task->isReviewable() && !m_mergeProblem.isEmpty()) {
        words << u"✗ "_s + m_mergeProblem;
        good = false;
    } else if (task->isReviewable() && !m_mergeInto.isEmpty()) {
        words << u"✓ "_s + tr("no conflicts with %1").arg(m_mergeInto);
    }
    m_changes->setVerdict(words.join(u"   "_s), good);
}

} // namespace switchyard::ui
