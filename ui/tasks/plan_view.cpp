#include "ui/tasks/plan_view.h"

#include "ui/tasks/task_face.h"

#include <QPainter>

namespace switchyard::ui {

PlanView::PlanView(QWidget* parent) : QListWidget(parent)
{
    setObjectName(u"planView"_s);
    setAccessibleName(tr("Plan"));
    setFrameShape(QFrame::NoFrame);
    setWordWrap(true);
    setSpacing(2);
    setIconSize({16, 16});
}

void PlanView::setPlan(const QList<PlanEntry>& plan)
{
    clear();
    const auto c = colorsFor(palette());
    for (const auto& entry : plan) {
        const bool done = entry.status == u"completed", now = entry.status == u"in_progress";
        QPixmap sign(QSize(16, 16) * devicePixelRatioF());
        sign.setDevicePixelRatio(devicePixelRatioF());
        sign.fill(Qt::transparent);
        QPainter painter(&sign);
        paintShape(painter, {0, 0, 16, 16},
                   done  ? ui::Shape::Done
                   : now ? ui::Shape::Running
                         : ui::Shape::Queued,
                   done  ? c.done
                   : now ? c.accent
                         : c.muted);
        painter.end();
        auto* const item = new QListWidgetItem(QIcon(sign), entry.text, this);
        item->setSizeHint({10, 30});
        const auto word = done ? tr("done") : now ? tr("in progress") : tr("to do");
        item->setData(Qt::AccessibleTextRole, tr("%1: %2", "state of a step: the step").arg(word, entry.text));
        if (now) {
            auto strong = font();
            strong.setWeight(QFont::DemiBold);
            item->setFont(strong);
        }
    }
    if (plan.isEmpty()) {
        auto* const none = new QListWidgetItem(tr("There is no plan yet."), this);
        none->setFlags(Qt::NoItemFlags);
    }
}

} // namespace switchyard::ui
