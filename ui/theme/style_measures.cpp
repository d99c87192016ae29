// How large the style makes things, and where their parts are.

#include "ui/theme/style.h"

#include <QStyleOption>

#include <algorithm>

namespace switchyard::ui {

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return 12;
    case PM_SplitterWidth:
        return 5;
    case PM_TabBarTabHSpace:
        return 26;
    case PM_TabBarTabVSpace:
        return 16;
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabShiftHorizontal:
        return 0;
    case PM_ButtonIconSize:
    case PM_SmallIconSize:
    case PM_TabBarIconSize:
        return 16;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
        return 16;
    case PM_ScrollBarSliderMin:
        return 28;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const
{
    auto result = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (type == CT_PushButton || type == CT_LineEdit || type == CT_ComboBox || type == CT_SpinBox)
        result.setHeight(std::max(result.height(), 30));
    if (type == CT_PushButton || type == CT_ComboBox)
        result.rwidth() += 10;
    if (type == CT_LineEdit)
        result.rwidth() += 10;
    if (type == CT_ItemViewItem)
        result.rheight() += 6;
    if (type == CT_HeaderSection)
        result.rheight() += 4;
    return result;
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* result) const
{
    switch (hint) {
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_EtchDisabledText:
        return 0;
    case SH_TabBar_Alignment:
        return Qt::AlignLeft;
    case SH_ComboBox_Popup:
        return 0;
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    default:
        return QProxyStyle::styleHint(hint, option, widget, result);
    }
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const
{
    const auto rect = QProxyStyle::subElementRect(element, option, widget);
    if (element == SE_LineEditContents)
        if (const auto* const line = qstyleoption_cast<const QStyleOptionFrame*>(option); line && line->lineWidth > 0)
            return rect.adjusted(6, 0, -4, 0);
    if (element == SE_ItemViewItemFocusRect)
        return option->rect;
    return rect;
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                            const QWidget* widget) const
{
    if (control == CC_ScrollBar) { // no arrows: the groove is the whole bar
        const auto* const bar = static_cast<const QStyleOptionSlider*>(option);
        const bool upright = bar->orientation == Qt::Vertical;
        const int length = upright ? bar->rect.height() : bar->rect.width();
        const int range = bar->maximum - bar->minimum;
        int handle = length;
        if (range > 0) {
            handle = int(qint64(bar->pageStep) * length / (qint64(range) + bar->pageStep));
            handle = std::clamp(handle, std::min(length, proxy()->pixelMetric(PM_ScrollBarSliderMin, option, widget)),
                                length);
        }
        const int start =
            sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - handle, bar->upsideDown);
        const auto cut = [&](int from, int size) {
            return upright ? QRect(bar->rect.left(), bar->rect.top() + from, bar->rect.width(), size)
                           : visualRect(bar->direction, bar->rect,
                                        QRect(bar->rect.left() + from, bar->rect.top(), size, bar->rect.height()));
        };
        switch (part) {
        case SC_ScrollBarSlider:
            return cut(start, handle);
        case SC_ScrollBarSubPage:
            return cut(0, start);
        case SC_ScrollBarAddPage:
            return cut(start + handle, length - start - handle);
        case SC_ScrollBarGroove:
            return bar->rect;
        default:
            return {};
        }
    }
    const auto rect = QProxyStyle::subControlRect(control, option, part, widget);
    if (control == CC_ComboBox && part == SC_ComboBoxEditField)
        return visualRect(option->direction, option->rect,
                          visualRect(option->direction, option->rect, rect).adjusted(5, 0, 0, 0));
    return rect;
}

} // namespace switchyard::ui
