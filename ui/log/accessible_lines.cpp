#include "ui/log/accessible_lines.h"

#include <QAccessibleWidget>
#include <QString>
#include <QWidget>

#include <algorithm>

namespace switchyard::ui {

namespace {

class AccessibleLines : public QAccessibleWidget, public QAccessibleTextInterface
{
public:
    AccessibleLines(QWidget* view, const ReadableLines& lines)
        : QAccessibleWidget(view, QAccessible::Terminal), m_lines(lines)
    {
    }

    void* interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TextInterface)
            return static_cast<QAccessibleTextInterface*>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    QAccessible::State state() const override
    {
        auto state = QAccessibleWidget::state();
        state.readOnly = true;
        state.multiLine = true;
        state.selectableText = true;
        return state;
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? m_lines.visibleText() : QAccessibleWidget::text(kind);
    }

    int selectionCount() const override { return 0; }
    void selection(int, int* start, int* end) const override { *start = *end = 0; }
    void addSelection(int, int) override {}
    void removeSelection(int) override {}
    void setSelection(int, int, int) override {}
    int cursorPosition() const override { return m_lines.visibleCaret(); }
    void setCursorPosition(int) override {}
    QString text(int start, int end) const override
    {
        const auto all = m_lines.visibleText();
        const auto from = std::clamp<qsizetype>(start, 0, all.size());
        return all.sliced(from, std::clamp<qsizetype>(end, from, all.size()) - from);
    }
    int characterCount() const override { return int(m_lines.visibleText().size()); }
    QRect characterRect(int offset) const override
    {
        const auto all = m_lines.visibleText();
        const auto row = all.first(std::clamp<qsizetype>(offset, 0, all.size())).count(u'\n');
        const auto high = widget()->fontMetrics().height();
        return {widget()->mapToGlobal(QPoint(0, int(row) * high)), QSize(widget()->width(), high)};
    }
    int offsetAtPoint(const QPoint&) const override { return cursorPosition(); }
    void scrollToSubstring(int, int) override {}
    QString attributes(int offset, int* start, int* end) const override
    {
        *start = offset;
        *end = offset;
        return {};
    }

private:
    const ReadableLines& m_lines;
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object)
{
    auto* const view = qobject_cast<QWidget*>(object);
    const auto* const lines = dynamic_cast<ReadableLines*>(view);
    return lines ? new AccessibleLines(view, *lines) : nullptr;
}

} // namespace

void installAccessibleLines()
{
    static const bool once = [] {
        QAccessible::installFactory(makeAccessible);
        return true;
    }();
    Q_UNUSED(once)
}

} // namespace switchyard::ui
