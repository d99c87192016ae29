#include "ui/tasks/task_face.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>

namespace switchyard::ui {

Group TaskText::group(const Task& task)
{
    if (!task.waitingFor.isEmpty() || !task.question.isEmpty())
        return Group::NeedsYou;
    if (isActive(task.status))
        return Group::Running;
    if (!isFinished(task.status))
        return Group::Queued;
    if (task.archived)
        return Group::Archived;
    return task.isReviewable() ? Group::Review : Group::Done;
}

Face TaskText::face(const Task& task)
{
    switch (task.status) {
    case TaskStatus::Pending:
    case TaskStatus::Queued:
        return {Shape::Queued, Tone::Muted, tr("Queued")};
    case TaskStatus::Running:
    case TaskStatus::Waiting:
        if (!task.waitingFor.isEmpty())
            return {Shape::Warning, Tone::NeedsYou, tr("Waits for your code")};
        if (!task.question.isEmpty())
            return {Shape::Question, Tone::NeedsYou, tr("Asks you")};
        return {Shape::Running, Tone::Accent, task.status == TaskStatus::Waiting ? tr("Waiting") : tr("Running")};
    case TaskStatus::Paused:
        return {Shape::Paused, Tone::Muted, tr("Paused")};
    case TaskStatus::Completed:
        if (!task.mergedInto.isEmpty())
            return {Shape::Done, Tone::Done, tr("Merged")};
        if (task.discarded)
            return {Shape::Cancelled, Tone::Muted, tr("Discarded")};
        if (task.isReviewable())
            return {Shape::Review, Tone::Done, tr("Ready for review")};
        return {Shape::Done, Tone::Done, tr("Done")};
    case TaskStatus::Failed:
        return {Shape::Failed, Tone::Failed, tr("Failed")};
    case TaskStatus::Cancelled:
        return {Shape::Cancelled, Tone::Muted, tr("Cancelled")};
    case TaskStatus::TimedOut:
        return {Shape::TimedOut, Tone::Failed, tr("Out of time")};
    case TaskStatus::Interrupted:
        return {Shape::Failed, Tone::NeedsYou, tr("Interrupted")};
    }
    return {};
}

QString TaskText::groupTitle(Group group)
{
    switch (group) {
    case Group::NeedsYou:
        return tr("Needs you");
    case Group::Running:
        return tr("Running", "group of tasks");
    case Group::Queued:
        return tr("Queued", "group of tasks");
    case Group::Review:
        return tr("Ready for review", "group of tasks");
    case Group::Done:
        return tr("Done", "group of tasks");
    case Group::Archived:
        return tr("Archived", "group of tasks");
    }
    return {};
}

QString TaskText::phase(TaskPhase phase)
{
    switch (phase) {
    case TaskPhase::Init:
        return tr("setting up");
    case TaskPhase::Planning:
        return tr("planning");
    case TaskPhase::Coding:
        return tr("coding");
    case TaskPhase::Testing:
        return tr("testing");
    case TaskPhase::Fixing:
        return tr("fixing");
    case TaskPhase::Validating:
        return tr("validating");
    case TaskPhase::Publishing:
        return tr("publishing");
    case TaskPhase::Complete:
        return tr("complete");
    case TaskPhase::Error:
        return tr("error");
    }
    return {};
}

QString TaskText::priority(Priority priority)
{
    switch (priority) {
    case Priority::High:
        return tr("High");
    case Priority::Low:
        return tr("Low");
    case Priority::Normal:
        break;
    }
    return tr("Normal");
}

QString TaskText::sandbox(const Task& task)
{
    if (task.sandbox.isEmpty())
        return {};
    if (task.sandbox == u"off")
        return task.spec.kind == TaskKind::Shell && task.sandboxTrouble.isEmpty() ? QString() : tr("No sandbox");
    const auto level = task.sandbox == u"strict" ? tr("Strict sandbox") : tr("Sandbox");
    return task.network == u"on" ? level : tr("%1, no network").arg(level);
}

QString TaskText::sandboxDetails(const Task& task)
{
    QStringList words;
    if (task.sandbox == u"off")
        words << tr("Its programs reach all that you reach.");
    else if (task.sandbox == u"strict")
        words << tr("Its programs change only the task's folder; your home is hidden from them.");
    else if (!task.sandbox.isEmpty())
        words << tr(
            "Its programs change only the task's folder; keys, passwords and your session are hidden from them.");
    if (task.network == u"off" || task.network == u"loopback")
        words << tr("Its commands reach no network.");
    words << task.sandboxTrouble;
    words.removeAll(QString());
    return words.join(u' ');
}

QString TaskText::newest(const Task& task)
{
    if (!task.waitingFor.isEmpty())
        return task.waitingFor.first().command.simplified();
    if (!task.question.isEmpty())
        return task.question.simplified();
    if (!task.mergedInto.isEmpty())
        return tr("merged into %1").arg(task.mergedInto);
    if (isFinished(task.status)) {
        const auto& words = task.reason.isEmpty() ? task.result : task.reason;
        return words.section(u'\n', 0, 0).simplified();
    }
    if (isActive(task.status))
        return task.message.isEmpty() ? phase(task.phase) : task.message.simplified();
    return task.reason.isEmpty() ? tr("waits for its turn") : task.reason.simplified();
}

milliseconds TaskText::elapsed(const Task& task, UtcTime now)
{
    if (task.status == TaskStatus::Running && task.started > UtcTime{}) {
        const auto since = task.elapsedAt > UtcTime{} ? task.elapsedAt : task.started;
        return task.elapsed + std::max(milliseconds(0), now - since);
    }
    if (task.elapsed.count() == 0 && task.finished > task.started && task.started > UtcTime{})
        return task.finished - task.started;
    return task.elapsed;
}

QString TaskText::span(milliseconds time)
{
    if (time < std::chrono::minutes(1))
        return tr("%1 s").arg(QLocale().toString(double(time.count()) / 1000, 'f', 1));
    return formatDuration(time);
}

QString TaskText::cost(double dollars)
{
    const int digits = dollars > 0 && dollars < 0.01 ? 4 : 2;
    if (QLocale().language() == QLocale::C)
        return u'$' + QString::number(dollars, 'f', digits);
    return QLocale().toCurrencyString(dollars, u"$"_s, digits);
}

QString TaskText::tokens(qint64 count)
{
    const QLocale locale;
    if (count < 1000)
        return locale.toString(count);
    if (count < 1'000'000)
        return locale.toString(double(count) / 1000, 'f', count < 10'000 ? 1 : 0) + u'k';
    return locale.toString(double(count) / 1'000'000, 'f', 1) + u'M';
}

QString TaskText::spoken(const Task& task)
{
    return tr("%1, %2, task %3. %4", "title, state, id, newest line")
        .arg(task.spec.title, face(task).word, task.id().toString(), newest(task));
}

void paintShape(QPainter& painter, const QRectF& rect, Shape shape, const QColor& color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.topLeft());
    painter.scale(rect.width() / 16, rect.height() / 16);
    QPen pen(color, 1.7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    const QPointF middle(8, 8);
    switch (shape) {
    case Shape::Warning:
        painter.setBrush(color);
        painter.drawPolygon(QPolygonF{{8, 2.4}, {14.2, 13.2}, {1.8, 13.2}});
        painter.setCompositionMode(QPainter::CompositionMode_SourceOver);
        painter.setPen(
            QPen(contrastOf(color, Qt::white) > 3 ? Qt::white : Qt::black, 1.8, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(8, 6.4), QPointF(8, 9.2));
        painter.drawPoint(QPointF(8, 11.5));
        break;
    case Shape::Question:
        painter.drawEllipse(middle, 6, 6);
        painter.drawPath([] {
            QPainterPath path(QPointF(6.2, 6.6));
            path.cubicTo(6.2, 4.4, 9.9, 4.4, 9.8, 6.6);
            path.cubicTo(9.7, 7.8, 8, 7.8, 8, 9.2);
            return path;
        }());
        painter.drawPoint(QPointF(8, 11.4));
        break;
    case Shape::Running:
        painter.drawEllipse(middle, 6, 6);
        painter.setBrush(color);
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(middle, 3, 3);
        break;
    case Shape::Paused:
        painter.drawEllipse(middle, 6, 6);
        painter.drawLine(QPointF(6.4, 5.6), QPointF(6.4, 10.4));
        painter.drawLine(QPointF(9.6, 5.6), QPointF(9.6, 10.4));
        break;
    case Shape::Queued:
        pen.setDashPattern({1.2, 2.2});
        painter.setPen(pen);
        painter.drawEllipse(middle, 6, 6);
        break;
    case Shape::Review:
        painter.drawPolygon(QPolygonF{{8, 1.8}, {14.2, 8}, {8, 14.2}, {1.8, 8}});
        painter.drawPolyline(QPolygonF{{5.6, 8.2}, {7.4, 9.9}, {10.4, 6.4}});
        break;
    case Shape::Done:
        painter.drawEllipse(middle, 6, 6);
        painter.drawPolyline(QPolygonF{{5.2, 8.2}, {7.2, 10.2}, {10.8, 6}});
        break;
    case Shape::Failed:
        painter.drawEllipse(middle, 6, 6);
        painter.drawLine(QPointF(5.8, 5.8), QPointF(10.2, 10.2));
        painter.drawLine(QPointF(10.2, 5.8), QPointF(5.8, 10.2));
        break;
    case Shape::Cancelled:
        painter.drawEllipse(middle, 6, 6);
        painter.drawLine(QPointF(4.4, 11.6), QPointF(11.6, 4.4));
        break;
    case Shape::TimedOut:
        painter.drawEllipse(middle, 6, 6);
        painter.drawPolyline(QPolygonF{{8, 4.8}, {8, 8.2}, {10.4, 9.6}});
        break;
    }
    painter.restore();
}

} // namespace switchyard::ui
