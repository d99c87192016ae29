#include "ui/log/log_accessible.h"

#include "ui/log/log_canvas.h"

#include <QAccessibleWidget>

#include <algorithm>

namespace switchyard::ui {

namespace {

class AccessibleLog : public QAccessibleWidget, public QAccessibleTextInterface
{
public:
    explicit AccessibleLog(LogCanvas* canvas) : QAccessibleWidget(canvas, QAccessible::Terminal) {}

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
        return kind == QAccessible::Value ? canvas().visibleText() : QAccessibleWidget::text(kind);
    }

    int selectionCount() const override { return 0; }
    void selection(int, int* start, int* end) const override { *start = *end = 0; }
    void addSelection(int, int) override {}
    void removeSelection(int) override {}
    void setSelection(int, int, int) override {}
    int cursorPosition() const override { return std::max(0, canvas().visiblePosition(canvas().caret())); }
    void setCursorPosition(int) override {}
    QString text(int start, int end) const override
    {
        const auto all = canvas().visibleText();
        const auto from = std::clamp<qsizetype>(start, 0, all.size());
        return all.sliced(from, std::clamp<qsizetype>(end, from, all.size()) - from);
    }
    int characterCount() const override { return int(canvas().visibleText().size()); }
    QRect characterRect(int offset) const override
    {
        const auto all = canvas().visibleText();
        const auto row = all.first(std::clamp<qsizetype>(offset, 0, all.size())).count(u'\n');
        const auto high = canvas().fontMetrics().height();
        return {canvas().mapToGlobal(QPoint(0, int(row) * high)), QSize(canvas().width(), high)};
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
    LogCanvas& canvas() const { return *static_cast<LogCanvas*>(widget()); }
};

QAccessibleInterface* makeAccessible(const QString& name, QObject* object)
{
    auto* const canvas = name == "switchyard::ui::LogCanvas"_L1 ? qobject_cast<LogCanvas*>(object) : nullptr;
    return canvas ? new AccessibleLog(canvas) : nullptr;
}

} // namespace

void installLogAccessibility()
{
    static const bool once = [] {
        QAccessible::installFactory(makeAccessible);
        return true;
    }();
    Q_UNUSED(once)
}

} // namespace switchyard::ui
