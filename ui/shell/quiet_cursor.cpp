#include "ui/shell/quiet_cursor.h"

#include <QApplication>
#include <QEvent>

#include <utility>

namespace switchyard::ui {

QuietCursor::QuietCursor(QObject* parent, std::chrono::milliseconds pause)
    : QObject(parent), m_flashTime(QApplication::cursorFlashTime())
{
    if (m_flashTime <= 0)
        return;
    m_pause.setSingleShot(true);
    m_pause.setInterval(pause);
    connect(&m_pause, &QTimer::timeout, this, [this] {
        m_still = true;
        m_flashTime = QApplication::cursorFlashTime();
        QApplication::setCursorFlashTime(0);
    });
    m_pause.start();
    qApp->installEventFilter(this);
}

QuietCursor::~QuietCursor()
{
    if (m_still)
        QApplication::setCursorFlashTime(m_flashTime);
}

bool QuietCursor::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::MouseButtonPress:
    case QEvent::FocusIn:
        if (std::exchange(m_still, false))
            QApplication::setCursorFlashTime(m_flashTime);
        m_pause.start();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace switchyard::ui
