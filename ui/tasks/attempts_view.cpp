#include "ui/tasks/attempts_view.h"

#include "ui/tasks/task_face.h"
#include "ui/theme/cells.h"
#include "ui/theme/colors.h"

#include <QDateTime>
#include <QHeaderView>
#include <QLocale>

namespace switchyard::ui {

namespace {

QString when(UtcTime time)
{
    const auto local = QDateTime::fromMSecsSinceEpoch(toMilliseconds(time));
    return local.date() == QDate::currentDate() ? QLocale().toString(local.time(), QLocale::ShortFormat)
                                                : QLocale().toString(local, QLocale::ShortFormat);
}

} // namespace

AttemptsView::AttemptsView(QWidget* parent) : QTreeWidget(parent)
{
    setObjectName(u"attemptsView"_s);
    setAccessibleName(tr("Attempts"));
    setFrameShape(QFrame::NoFrame);
    setRootIsDecorated(false);
    setToolTip(tr("Enter shows what the attempt's commands printed"));
    setHeaderLabels({tr("Attempt"), tr("State"), tr("Began"), tr("Took"), tr("Cost"), tr("Why")});
    header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    header()->setStretchLastSection(true);
    connect(this, &QTreeWidget::itemActivated, this,
            [this](const QTreeWidgetItem* item) { Q_EMIT outputWanted(item->data(0, Qt::UserRole).toInt()); });
}

void AttemptsView::setAttempts(const QList<AttemptHistory::Attempt>& attempts, int shown)
{
    const int chosen = currentItem() ? currentItem()->data(0, Qt::UserRole).toInt() : 0;
    clear();
    for (auto attempt = attempts.crbegin(); attempt != attempts.crend(); ++attempt) {
        Task as; // a task in this state looks and is called just so
        as.status = attempt->status;
        const auto face = TaskText::face(as);
        const bool ended = attempt->ended > UtcTime{};
        auto* const item = new QTreeWidgetItem(
            this, {attempt->number == shown ? tr("%1 (its output is shown)").arg(attempt->number)
                                            : QLocale().toString(attempt->number),
                   face.word, when(attempt->started),
                   ended ? formatDuration(std::max(milliseconds(0), attempt->ended - attempt->started)) : QString(),
                   attempt->cost > 0 ? TaskText::cost(attempt->cost) : QString(), attempt->reason});
        item->setData(0, Qt::UserRole, attempt->number);
        item->setForeground(1, colorsFor(palette()).of(face.tone));
        item->setToolTip(5, attempt->reason);
        nameEmptyCells(*item);
        if (attempt->number == chosen)
            setCurrentItem(item);
    }
    if (!currentItem() && topLevelItemCount() > 0)
        setCurrentItem(topLevelItem(0));
}

} // namespace switchyard::ui
