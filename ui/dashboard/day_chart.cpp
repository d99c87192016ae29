#include "ui/dashboard/day_chart.h"

#include "ui/tasks/task_face.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QPainter>

#include <cmath>

namespace switchyard::ui {

std::pair<double, double> niceAxis(double value, bool whole)
{
    if (value <= 0)
        return {1, whole ? 1 : 0.5};
    const double rough = value / 4;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = power * 10;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough * (1 - 1e-9)) {
            step = factor * power;
            break;
        }
    }
    if (whole)
        step = std::max(1.0, step);
    return {std::ceil(value / step - 1e-9) * step, step};
}

DayChart::DayChart(What what, const QString& name, const QString& title, QWidget* parent)
    : ChartCard(name, title, parent), m_what(what)
{
}

void DayChart::setDays(const QList<Statistics::Day>& days, double budget)
{
    m_days = days;
    m_budget = budget;
    m_pointed = -1;
    figuresChanged();
}

double DayChart::total(const Statistics::Day& day) const
{
    return m_what == What::Cost ? day.cost : day.runs.ended() + day.runs.running;
}

QList<QStringList> DayChart::rows() const
{
    QList<QStringList> rows;
    if (m_what == What::Cost)
        rows << QStringList{tr("Day"), tr("Cost in dollars"), tr("Input tokens"), tr("Output tokens")};
    else
        rows << QStringList{tr("Day"), tr("Completed"), tr("Failed"), tr("Timed out"), tr("Cancelled"), tr("Running")};
    const bool any = std::ranges::any_of(m_days, [this](const Statistics::Day& day) { return total(day) > 0; });
    for (const auto& day : any ? m_days : QList<Statistics::Day>{}) {
        const auto date = day.date.toString(Qt::ISODate);
        if (m_what == What::Cost)
            rows << QStringList{date, QString::number(day.cost, 'f', 4), QString::number(day.inputTokens),
                                QString::number(day.outputTokens)};
        else
            rows << QStringList{date,
                                QString::number(day.runs.completed),
                                QString::number(day.runs.failed),
                                QString::number(day.runs.timedOut),
                                QString::number(day.runs.cancelled + day.runs.interrupted),
                                QString::number(day.runs.running)};
    }
    return rows;
}

QList<DayChart::Part> DayChart::parts(const Statistics::Day& day, const Colors& c) const
{
    if (m_what == What::Cost)
        return {{day.cost, c.accent, false}};
    return {{double(day.runs.completed), c.done, false},
            {double(day.runs.failed + day.runs.timedOut), c.failed, true},
            {double(day.runs.cancelled + day.runs.interrupted), c.muted, false},
            {double(day.runs.running), c.accent, false}};
}

QString DayChart::words(const Statistics::Day& day) const
{
    const auto date = QLocale().toString(day.date, QLocale::ShortFormat);
    if (m_what == What::Cost)
        return tr("%1: %2").arg(date, TaskText::cost(day.cost));
    return tr("%1: %2 completed, %3 failed, %4 other")
        .arg(date)
        .arg(day.runs.completed)
        .arg(day.runs.failed + day.runs.timedOut)
        .arg(day.runs.cancelled + day.runs.interrupted + day.runs.running);
}

QString DayChart::label(double value) const
{
    return m_what == What::Cost ? TaskText::cost(value) : QLocale().toString(value, 'f', 0);
}

void DayChart::paintLegend(QPainter& painter, const QRect& rect, const Colors& c) const
{
    int x = rect.right();
    const auto put = [&](const QString& text, const QColor& color, bool hatched) {
        x -= painter.fontMetrics().horizontalAdvance(text);
        painter.setPen(c.muted);
        painter.drawText(QRect(x, rect.top(), rect.right() - x + 1, rect.height()), Qt::AlignVCenter, text);
        x -= 15;
        const QRectF square(x, rect.center().y() - 4, 10, 10);
        painter.fillRect(square, color);
        if (hatched)
            painter.fillRect(square, QBrush(c.raised, Qt::BDiagPattern));
        x -= 12;
    };
    put(tr("other"), c.muted, false);
    put(tr("failed"), c.failed, true);
    put(tr("completed"), c.done, false);
}

void DayChart::paintChart(QPainter& painter, const QRect& rect, const Colors& c)
{
    auto small = font();
    small.setPixelSize(11);
    painter.setFont(small);
    const int line = painter.fontMetrics().height();
    const QRect top(rect.left(), rect.top(), rect.width(), line);
    if (m_pointed >= 0 && m_pointed < m_days.size()) {
        painter.setPen(c.text);
        painter.drawText(top, Qt::AlignVCenter | Qt::AlignRight, words(m_days.at(m_pointed)));
    } else if (m_what == What::Runs) {
        paintLegend(painter, top, c);
    } else if (m_budget > 0) {
        painter.setPen(c.needsYou);
        painter.drawText(top, Qt::AlignVCenter | Qt::AlignRight, tr("Budget per day: %1").arg(label(m_budget)));
    }

    double most = m_budget;
    for (const auto& day : m_days)
        most = std::max(most, total(day));
    const auto [high, step] = niceAxis(most, m_what == What::Runs);
    const int axis = painter.fontMetrics().horizontalAdvance(label(high)) + 8;
    m_plot = QRectF(rect.left() + axis, rect.top() + line + 8, rect.width() - axis, rect.height() - 2 * line - 14);
    const auto yOf = [&, high = high](double value) { return m_plot.bottom() - value / high * m_plot.height(); };
    for (double value = 0; value <= high + step / 2; value += step) {
        painter.setPen(QPen(c.border, 1));
        painter.drawLine(QPointF(m_plot.left(), yOf(value)), QPointF(m_plot.right(), yOf(value)));
        painter.setPen(c.muted);
        painter.drawText(QRectF(rect.left(), yOf(value) - line / 2.0, axis - 8, line),
                         Qt::AlignRight | Qt::AlignVCenter, label(value));
    }

    const double room = m_plot.width() / double(std::max<qsizetype>(1, m_days.size()));
    const double gap = room > 6 ? std::min(room * 0.3, 8.0) : room > 2 ? 1 : 0;
    for (int i = 0; i < m_days.size(); ++i) {
        double below = 0;
        const double x = m_plot.left() + i * room + gap / 2, width = std::min(room - gap, 48.0);
        const double left = x + (room - gap - width) / 2;
        if (i == m_pointed)
            painter.fillRect(QRectF(m_plot.left() + i * room, m_plot.top(), room, m_plot.height()), c.hover);
        for (const auto& part : parts(m_days.at(i), c)) {
            if (part.value <= 0)
                continue;
            const QRectF bar(QPointF(left, yOf(below + part.value)), QPointF(left + width, yOf(below)));
            painter.fillRect(bar, part.color);
            if (part.hatched)
                painter.fillRect(bar, QBrush(c.raised, Qt::BDiagPattern));
            below += part.value;
        }
    }
    if (m_budget > 0) {
        painter.setPen(QPen(c.needsYou, 1.5, Qt::DashLine));
        painter.drawLine(QPointF(m_plot.left(), yOf(m_budget)), QPointF(m_plot.right(), yOf(m_budget)));
    }
    painter.setPen(c.muted);
    double free = m_plot.left();
    for (int i = 0; i < m_days.size(); ++i) {
        const auto text = QLocale().toString(m_days.at(i).date, u"d MMM"_s);
        const double width = painter.fontMetrics().horizontalAdvance(text);
        const double middle = m_plot.left() + (i + 0.5) * room;
        const double left = std::clamp(middle - width / 2, m_plot.left(), m_plot.right() - width);
        if (left < free)
            continue;
        painter.drawText(QRectF(left, m_plot.bottom() + 4, width + 1, line), Qt::AlignLeft, text);
        free = left + width + 24;
    }
}

void DayChart::pointAt(int day)
{
    if (day == m_pointed)
        return;
    m_pointed = day;
    update();
    if (day >= 0 && hasFocus()) {
        QAccessibleAnnouncementEvent said(this, words(m_days.at(day)));
        QAccessible::updateAccessibility(&said);
    }
}

void DayChart::keyPressEvent(QKeyEvent* event)
{
    const int last = int(m_days.size()) - 1;
    if (event->key() == Qt::Key_Left && last >= 0)
        pointAt(m_pointed < 0 ? last : std::max(0, m_pointed - 1));
    else if (event->key() == Qt::Key_Right && last >= 0)
        pointAt(std::min(last, m_pointed + 1));
    else
        ChartCard::keyPressEvent(event);
}

void DayChart::mouseMoveEvent(QMouseEvent* event)
{
    const auto at = event->position();
    const bool inside = m_plot.contains(at) && !m_days.isEmpty();
    pointAt(inside ? std::min(int((at.x() - m_plot.left()) / m_plot.width() * double(m_days.size())),
                              int(m_days.size()) - 1)
                   : -1);
}

void DayChart::leaveEvent(QEvent* event)
{
    ChartCard::leaveEvent(event);
    pointAt(-1);
}

} // namespace switchyard::ui
