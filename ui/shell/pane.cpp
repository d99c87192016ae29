#include "ui/shell/pane.h"

#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QCloseEvent>
#include <QLabel>
#include <QToolButton>

namespace switchyard::ui {

Pane::Pane(const QString& name, const QString& title, QWidget* content, QWidget* window) : QDockWidget(title, window)
{
    setObjectName(name);
    setFeatures(DockWidgetClosable | DockWidgetMovable | DockWidgetFloatable);
    auto* const bar = new QWidget(this);
    auto* const row = new QHBoxLayout(bar);
    row->setContentsMargins(14, 6, 6, 2);
    row->setSpacing(0);
    auto* const label = new QLabel(title, bar);
    auto strong = font();
    strong.setWeight(QFont::DemiBold);
    label->setFont(strong);
    label->setToolTip(tr("Drag to move this pane; double click takes it out or puts it back"));
    const auto button = [&](const QString& iconName, const QString& words, const QString& id) {
        auto* const made = new QToolButton(bar);
        made->setObjectName(name + id);
        made->setIcon(icon(iconName, Tone::Muted));
        made->setIconSize({12, 12});
        made->setAutoRaise(true);
        made->setToolTip(words);
        made->setAccessibleName(u"%1: %2"_s.arg(title, words));
        made->setFocusPolicy(Qt::TabFocus);
        row->addWidget(made);
        return made;
    };
    row->addWidget(label, 1);
    connect(button(u"float"_s, tr("Take this pane out, or put it back"), u"FloatButton"_s), &QToolButton::clicked, this,
            [this] { setFloating(!isFloating()); });
    connect(button(u"close"_s, tr("Close this pane"), u"CloseButton"_s), &QToolButton::clicked, this,
            &Pane::closeWanted);
    setTitleBarWidget(bar);
    setWidget(content);
}

void Pane::closeEvent(QCloseEvent* event)
{
    event->ignore();
    Q_EMIT closeWanted();
}

} // namespace switchyard::ui
