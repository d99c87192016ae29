#include "ui/theme/style.h"

#include "ui/theme/colors.h"
#include "ui/theme/icons.h"

#include <QAbstractSpinBox>
#include <QStyleFactory>
#include <QStyleOption>

namespace switchyard::ui {

namespace {

constexpr qreal radius = 5;

void box(QPainter* painter, const QRect& rect, const QColor& fill, const QColor& line, qreal width = 1)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter->setPen(line.isValid() ? QPen(line, width) : QPen(Qt::NoPen));
    const qreal inset = width / 2;
    painter->drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), radius, radius);
    painter->restore();
}

bool has(const QStyleOption* option, QStyle::StateFlag flag)
{
    return option->state.testFlag(flag);
}

//! A field's or button's frame: the ring is there only for who goes by keyboard or types into it.
void frame(QPainter* painter, const QStyleOption* option, const QColor& fill, const Colors& c)
{
    const bool focus = has(option, QStyle::State_HasFocus) && has(option, QStyle::State_Enabled);
    box(painter, option->rect, fill, focus ? c.accent : c.border, focus ? 2 : 1);
}

void drawButton(const QStyleOptionButton* button, QPainter* painter, const Colors& c)
{
    const bool enabled = has(button, QStyle::State_Enabled);
    const bool primary = button->features.testFlag(QStyleOptionButton::DefaultButton) && enabled;
    const bool pressed = has(button, QStyle::State_Sunken) || has(button, QStyle::State_On);
    const bool hover = enabled && has(button, QStyle::State_MouseOver);
    QColor fill = primary ? c.accent : c.raised;
    if (!enabled)
        fill = c.window;
    if (pressed)
        fill = blend(c.text, fill, primary ? 0.2 : 0.12);
    else if (hover)
        fill = blend(c.text, fill, primary ? 0.1 : 0.05);
    if (primary) {
        box(painter, button->rect, fill, fill);
        if (has(button, QStyle::State_HasFocus))
            box(painter, button->rect.adjusted(2, 2, -2, -2), {}, c.onAccent, 1.5);
    } else {
        frame(painter, button, fill, c);
    }
}

void drawCheckBox(const QStyleOption* option, QPainter* painter, const Colors& c)
{
    const bool on = has(option, QStyle::State_On), enabled = has(option, QStyle::State_Enabled);
    const bool focus = has(option, QStyle::State_HasFocus) && enabled;
    // An empty box has nothing but its outline to be seen by.
    box(painter, option->rect, on && enabled ? c.accent : c.base, focus || (on && enabled) ? c.accent : c.muted,
        focus ? 2 : 1);
    if (on)
        painter->drawPixmap(option->rect.adjusted(1, 1, -1, -1),
                            iconPixmap(QStringLiteral("ok"), 14, enabled ? c.onAccent : c.muted,
                                       painter->device()->devicePixelRatioF()));
}

//! The ground of an item; those of a row's columns join.
void drawItemGround(const QStyleOptionViewItem* item, QPainter* painter, const QColor& fill)
{
    constexpr int beyond = 12; // cut off: the round end is another column's
    using Position = QStyleOptionViewItem::ViewItemPosition;
    const auto position = item->viewItemPosition;
    const bool joinsLeft = position == Position::Middle || position == Position::End;
    const bool joinsRight = position == Position::Beginning || position == Position::Middle;
    painter->save();
    painter->setClipRect(item->rect, Qt::IntersectClip);
    box(painter, item->rect.adjusted(joinsLeft ? -beyond : 2, 1, joinsRight ? beyond : -2, -1), fill, {});
    painter->restore();
}

void drawTab(const QStyleOptionTab* tab, QPainter* painter, const Colors& c)
{
    const bool selected = has(tab, QStyle::State_Selected);
    if (!selected && has(tab, QStyle::State_MouseOver))
        box(painter, tab->rect.adjusted(2, 4, -2, -5), c.hover, {});
    if (selected) {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(c.accent);
        painter->drawRoundedRect(QRectF(tab->rect.left() + 8, tab->rect.bottom() - 1.5, tab->rect.width() - 16, 2.5), 1,
                                 1);
        painter->restore();
    }
    if (has(tab, QStyle::State_HasFocus))
        box(painter, tab->rect.adjusted(3, 4, -3, -5), {}, c.accent, 1.5);
}

void drawScrollBar(const QStyleOptionSlider* bar, const QRect& handle, QPainter* painter, const Colors& c)
{
    painter->fillRect(bar->rect, c.base);
    const bool busy = bar->activeSubControls.testFlag(QStyle::SC_ScrollBarSlider);
    const bool upright = bar->orientation == Qt::Vertical;
    const QRectF thin = upright ? QRectF(handle).adjusted(3, 1, -2, -1) : QRectF(handle).adjusted(1, 3, -1, -2);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(blend(c.text, c.base, busy ? 0.45 : 0.24));
    painter->drawRoundedRect(thin, 3.5, 3.5);
    painter->restore();
}

} // namespace

Style::Style() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const
{
    const auto c = colorsFor(option->palette);
    switch (element) {
    case PE_PanelLineEdit:
        if (const auto* const line = qstyleoption_cast<const QStyleOptionFrame*>(option); line && line->lineWidth <= 0)
            return; // inside a combo or spin box, which draws the frame
        frame(painter, option, has(option, State_Enabled) ? c.base : c.window, c);
        return;
    case PE_PanelButtonCommand:
        if (const auto* const button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
            drawButton(button, painter, c);
            return;
        }
        break;
    case PE_PanelButtonTool:
        if (has(option, State_Sunken) || has(option, State_On))
            box(painter, option->rect, blend(c.text, c.window, 0.12), {});
        else if (has(option, State_MouseOver) && has(option, State_Enabled))
            box(painter, option->rect, blend(c.text, c.window, 0.07), {});
        if (has(option, State_HasFocus))
            box(painter, option->rect, {}, c.accent, 1.5);
        return;
    case PE_FrameFocusRect:
        if (!has(option, State_KeyboardFocusChange) && !has(option, State_HasFocus))
            return;
        box(painter, option->rect, {}, c.accent, 1.5);
        return;
    case PE_FrameTabBarBase:
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), c.border);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        drawCheckBox(option, painter, c);
        return;
    case PE_PanelItemViewItem:
        if (const auto* const item = qstyleoption_cast<const QStyleOptionViewItem*>(option)) {
            if (has(option, State_Selected))
                drawItemGround(item, painter, c.selection);
            else if (has(option, State_MouseOver) && has(option, State_Enabled))
                drawItemGround(item, painter, c.hover);
        }
        return;
    case PE_PanelScrollAreaCorner:
        painter->fillRect(option->rect, c.base);
        return;
    case PE_PanelItemViewRow:
        return;
    case PE_Frame:
    case PE_FrameGroupBox:
    case PE_FrameStatusBarItem:
        if (element == PE_FrameStatusBarItem)
            return;
        box(painter, option->rect, {}, c.border);
        return;
    case PE_PanelTipLabel:
        painter->fillRect(option->rect, option->palette.toolTipBase());
        return;
    default:
        break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const
{
    const auto c = colorsFor(option->palette);
    if (element == CE_TabBarTabShape) {
        if (const auto* const tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
            drawTab(tab, painter, c);
            return;
        }
    }
    if (element == CE_TabBarTabLabel) {
        if (const auto* const tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
            auto quiet = *tab;
            quiet.state &= ~State_HasFocus; // the shape has drawn it
            if (!has(tab, State_Selected))
                quiet.palette.setColor(QPalette::WindowText, c.muted);
            QProxyStyle::drawControl(element, &quiet, painter, widget);
            return;
        }
    }
    if (element == CE_PushButtonLabel) {
        if (const auto* const button = qstyleoption_cast<const QStyleOptionButton*>(option);
            button && button->features.testFlag(QStyleOptionButton::DefaultButton) && has(button, State_Enabled)) {
            auto primary = *button;
            primary.palette.setColor(QPalette::ButtonText, c.onAccent);
            if (!primary.icon.isNull()) {
                const auto size = primary.iconSize;
                auto picture = primary.icon.pixmap(size, painter->device()->devicePixelRatioF());
                QPainter tint(&picture);
                tint.setCompositionMode(QPainter::CompositionMode_SourceIn);
                tint.fillRect(QRect(QPoint(), size), c.onAccent);
                tint.end();
                primary.icon = QIcon(picture);
            }
            QProxyStyle::drawControl(element, &primary, painter, widget);
            return;
        }
    }
    if (element == CE_PushButton) { // the frame shows the focus already
        QStyleOptionButton button = *static_cast<const QStyleOptionButton*>(option);
        proxy()->drawControl(CE_PushButtonBevel, &button, painter, widget);
        button.rect = subElementRect(SE_PushButtonContents, &button, widget);
        proxy()->drawControl(CE_PushButtonLabel, &button, painter, widget);
        return;
    }
    if (element == CE_HeaderSection || element == CE_HeaderEmptyArea) {
        painter->fillRect(option->rect, c.base);
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), c.border);
        return;
    }
    if (element == CE_Splitter) {
        const bool upright = has(option, State_Horizontal);
        const auto line = upright ? QRect(option->rect.center().x(), option->rect.top(), 1, option->rect.height())
                                  : QRect(option->rect.left(), option->rect.center().y(), option->rect.width(), 1);
        painter->fillRect(line, c.border);
        return;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                               const QWidget* widget) const
{
    const auto c = colorsFor(option->palette);
    if (control == CC_ComboBox) {
        const auto* const combo = static_cast<const QStyleOptionComboBox*>(option);
        const bool hover = has(combo, State_MouseOver) && has(combo, State_Enabled);
        const QColor rest = combo->editable ? c.base : c.raised;
        frame(painter, option, hover ? blend(c.text, rest, 0.04) : rest, c);
        const auto arrow = subControlRect(control, option, SC_ComboBoxArrow, widget);
        const auto picture =
            iconPixmap(QStringLiteral("chevron-down"), 12, c.muted, painter->device()->devicePixelRatioF());
        painter->drawPixmap(arrow.center().x() - 6, option->rect.center().y() - 5, picture);
        return;
    }
    if (control == CC_SpinBox) {
        const auto* const spin = static_cast<const QStyleOptionSpinBox*>(option);
        frame(painter, option, has(option, State_Enabled) ? c.base : c.window, c);
        for (const auto part : {SC_SpinBoxUp, SC_SpinBoxDown}) {
            const auto place = subControlRect(control, option, part, widget);
            const bool able = spin->stepEnabled.testFlag(part == SC_SpinBoxUp ? QAbstractSpinBox::StepUpEnabled
                                                                              : QAbstractSpinBox::StepDownEnabled);
            painter->save();
            painter->translate(place.center().x() + 0.5, place.center().y() + 0.5);
            if (part == SC_SpinBoxUp)
                painter->rotate(180);
            painter->drawPixmap(-5, -5,
                                iconPixmap(QStringLiteral("chevron-down"), 10, able ? c.text : c.border,
                                           painter->device()->devicePixelRatioF()));
            painter->restore();
        }
        return;
    }
    if (control == CC_ScrollBar) {
        const auto* const bar = static_cast<const QStyleOptionSlider*>(option);
        drawScrollBar(bar, proxy()->subControlRect(control, option, SC_ScrollBarSlider, widget), painter, c);
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QIcon Style::standardIcon(StandardPixmap which, const QStyleOption* option, const QWidget* widget) const
{
    // Fusion's are files of many sizes, and the first makes Qt load its plugins for pictures: a twelfth of our start.
    switch (which) {
    case SP_LineEditClearButton:
    case SP_TitleBarCloseButton:
        return icon(QStringLiteral("close"));
    case SP_TitleBarNormalButton:
        return icon(QStringLiteral("float"));
    default:
        return QProxyStyle::standardIcon(which, option, widget);
    }
}

} // namespace switchyard::ui
