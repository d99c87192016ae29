#include "ui/theme/theme.h"

#include "ui/theme/colors.h"
#include "ui/theme/style.h"

#include <QApplication>
#include <QStyle>
#include <QStyleHints>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

Theme::Theme(QApplication& application, Mode mode)
    : m_application(application),
      m_mode(mode),
      m_ownPalette(application.style()->name().compare("fusion"_L1, Qt::CaseInsensitive) == 0)
{
    if (m_ownPalette) {
        application.setStyle(new Style);
        auto font = application.font();
        font.setPixelSize(13);
        application.setFont(font);
    }
    connect(application.styleHints(), &QStyleHints::colorSchemeChanged, this, [this] { apply(); });
    apply();
}

bool Theme::isDark() const
{
    if (m_mode != Mode::System)
        return m_mode == Mode::Dark;
    return m_application.styleHints()->colorScheme() == Qt::ColorScheme::Dark;
}

void Theme::setMode(Mode mode)
{
    if (std::exchange(m_mode, mode) == mode)
        return;
    apply();
}

void Theme::toggle()
{
    setMode(isDark() ? Mode::Light : Mode::Dark);
}

void Theme::apply()
{
    const auto wanted = m_mode == Mode::System ? Qt::ColorScheme::Unknown
                        : m_mode == Mode::Dark ? Qt::ColorScheme::Dark
                                               : Qt::ColorScheme::Light;
    m_application.styleHints()->setColorScheme(wanted);
    if (m_ownPalette) {
        const auto palette = ourPalette(isDark());
        if (m_application.palette() != palette)
            m_application.setPalette(palette);
    }
    Q_EMIT changed();
}

QString Theme::nameOf(Mode mode)
{
    return mode == Mode::Light ? u"light"_s : mode == Mode::Dark ? u"dark"_s : u"system"_s;
}

Theme::Mode Theme::fromName(const QString& name)
{
    return name == u"light" ? Mode::Light : name == u"dark" ? Mode::Dark : Mode::System;
}

} // namespace switchyard::ui
