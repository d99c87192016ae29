#pragma once

#include <QObject>

class QApplication;

namespace switchyard::ui {

//! Puts light or dark on the application and follows the system's wish while the program runs. Where the platform has
//! a style of its own, that style is kept and only told the scheme; elsewhere it is Fusion with our palette.
class Theme : public QObject
{
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };
    explicit Theme(QApplication& application, Mode mode = Mode::System);

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    //! The other one of light and dark than what is seen now.
    void toggle();
    bool isDark() const;

    static QString nameOf(Mode mode); //!< "system", "light", "dark": in the settings file
    static Mode fromName(const QString& name);

Q_SIGNALS:
    void changed();

private:
    void apply();
    QApplication& m_application;
    Mode m_mode;
    const bool m_ownPalette;
};

} // namespace switchyard::ui
