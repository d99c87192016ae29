#include "ui/tasks/phase_bar.h"

#include "ui/tasks/task_face.h"

#include <QPainter>

namespace switchyard::ui {

namespace {

//! Those every task may pass; the two rarer ones are shown while they last.
QList<TaskPhase> shownPhases(TaskPhase now)
{
    QList phases{TaskPhase::Init, TaskPhase::Planning, TaskPhase::Coding, TaskPhase::Testing, TaskPhase::Fixing};
    if (now == TaskPhase::Validating || now == TaskPhase::Publishing)
        phases << now;
    return phases << TaskPhase::Complete;
}

} // namespace

PhaseBar::PhaseBar(QWidget* parent) : QWidget(parent)
{
    setObjectName(u"phaseBar"_s);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PhaseBar::setTask(const Task& task)
{
    if (task.phase != TaskPhase::Error)
        m_furthest = task.phase;
    m_task = task;
    setAccessibleName(tr("Phase %1, %2 %").arg(TaskText::phase(task.phase)).arg(task.percent));
    setAccessibleDescription(figures());
    update();
}

QString PhaseBar::figures() const
{
    QStringList parts;
    if (m_task.spec.kind == TaskKind::Agent && m_task.step > 0) {
        const int steps = m_task.steps > 0 ? m_task.steps : m_task.spec.limits.iterations;
        parts << (steps > 0 ? tr("step %1/%2").arg(m_task.step).arg(steps) : tr("step %1").arg(m_task.step));
    }
    const auto elapsed = formatDuration(TaskText::elapsed(m_task, Clock::system().now()));
    const auto limit = m_task.spec.limits.runTime;
    parts << (limit.count() > 0 ? tr("%1 of %2", "elapsed time of allowed time").arg(elapsed, formatDuration(limit))
                                : elapsed);
    if (m_task.spec.kind == TaskKind::Agent)
        parts << TaskText::cost(m_task.usage.cost);
    return parts.join(u"     "_s);
}

void PhaseBar::paintEvent(QPaintEvent*)
{
    const auto c = colorsFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool failed = m_task.phase == TaskPhase::Error;
    const auto now = failed ? m_furthest : m_task.phase;
    const bool over = m_task.status == TaskStatus::Completed;
    int x = 0;
    constexpr int line = 26, size = 14;
    auto font = this->font();
    font.setPixelSize(12);
    const bool shell = m_task.spec.kind == TaskKind::Shell;
    for (const auto phase : shell ? QList<TaskPhase>{} : shownPhases(now)) {
        const bool passed = phase < now || over;
        const bool current = phase == now && !over;
        auto word = TaskText::phase(phase);
        font.setWeight(current ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        const auto color = current  ? (failed                         ? c.failed
                                       : !m_task.waitingFor.isEmpty() ? c.needsYou
                                                                      : c.accent)
                           : passed ? c.done
                                    : c.muted;
        const QRectF sign(x, (line - size) / 2.0, size, size);
        if (current) {
            paintShape(painter, sign,
                       failed                                ? Shape::Failed
                       : m_task.status == TaskStatus::Paused ? Shape::Paused
                                                             : Shape::Running,
                       color);
        } else if (passed) {
            paintShape(painter, sign, Shape::Done, color);
        } else {
            painter.setPen(QPen(c.border, 1.4));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(sign.center(), 4.5, 4.5);
        }
        const int width = painter.fontMetrics().horizontalAdvance(word);
        painter.setPen(current ? color : passed ? c.text : c.muted);
        painter.drawText(QRect(x + size + 6, 0, width + 2, line), Qt::AlignVCenter, word);
        x += size + 6 + width;
        if (phase != TaskPhase::Complete) {
            painter.setPen(QPen(passed ? c.done : c.border, 1.2));
            painter.drawLine(QPointF(x + 7, line / 2.0), QPointF(x + 19, line / 2.0));
            x += 26;
        }
    }
    const int barTop = shell ? 14 : 36;
    font.setWeight(QFont::Normal);
    painter.setFont(font);
    const auto text = figures();
    const int textWidth = painter.fontMetrics().horizontalAdvance(text) + 4;
    const auto percent = tr("%1 %").arg(m_task.percent);
    const int percentWidth = shell ? 0 : painter.fontMetrics().horizontalAdvance(u"100 %"_s) + 10;
    const QRectF groove(0, barTop + 5, std::max(60, width() - textWidth - percentWidth - 16), 6);
    painter.setPen(Qt::NoPen);
    if (!shell || isActive(m_task.status)) {
        painter.setBrush(c.border);
        painter.drawRoundedRect(groove, 3, 3);
        painter.setBrush(failed ? c.failed : over ? c.done : m_task.status == TaskStatus::Paused ? c.muted : c.accent);
        painter.drawRoundedRect(QRectF(groove.topLeft(), QSizeF(groove.width() * m_task.percent / 100.0, 6)), 3, 3);
    }
    painter.setPen(c.text);
    if (!shell)
        painter.drawText(QRectF(groove.right() + 8, barTop - 2, percentWidth, 20), Qt::AlignVCenter | Qt::AlignLeft,
                         percent);
    painter.setPen(c.muted);
    painter.drawText(QRect(width() - textWidth, barTop - 2, textWidth, 20), Qt::AlignVCenter | Qt::AlignRight, text);
}

} // namespace switchyard::ui
