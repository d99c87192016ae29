// When the dialog comes up and what it lets through: it never takes the keyboard from somebody who types, and no key
// that was meant for something else approves or refuses.

#include "ui/confirm/confirm_dialog.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QWindow>

#include <algorithm>

namespace switchyard::ui {

void ConfirmDialog::refresh()
{
    QList<Confirmation> open;
    QSet<QString> known;
    for (const auto& task : m_feed.all()) {
        for (const auto& confirmation : task->waitingFor) {
            known << confirmation.id;
            if (!m_answered.contains(confirmation.id))
                open << confirmation;
        }
    }
    m_answered.intersect(known);
    std::ranges::stable_sort(open, [this](const Confirmation& a, const Confirmation& b) {
        const bool firstA = a.task == m_first, firstB = b.task == m_first;
        return firstA != firstB           ? firstA
               : a.deadline != b.deadline ? a.deadline < b.deadline
                                          : a.id < b.id; // the tasks come in no order
    });
    // Whatever is being read stays in front, whoever else comes.
    const auto shown = std::ranges::find(open, m_current, &Confirmation::id);
    if (isVisible() && shown != open.end() && shown != open.begin() && m_first.isNull())
        std::rotate(open.begin(), shown, shown + 1);
    m_queue = std::move(open);
    if (m_queue.isEmpty()) {
        m_delay.stop();
        m_current.clear();
        if (isVisible())
            done(Accepted);
        return;
    }
    if (isVisible()) {
        if (m_queue.first().id != m_current)
            showCurrent();
        else
            m_place->setText(m_queue.size() > 1 ? tr("1 of %1").arg(m_queue.size()) : QString());
    } else if (!m_delay.isActive()) {
        m_wanted.start();
        comeUp();
    }
}

void ConfirmDialog::bringUp(const TaskId& task)
{
    m_first = task;
    refresh();
    m_first = {};
    m_delay.stop();
    if (!m_queue.isEmpty() && !isVisible()) {
        m_lastKey.invalidate();
        comeUp();
    }
    if (isVisible()) {
        raise();
        activateWindow();
    }
}

void ConfirmDialog::comeUp()
{
    if (m_queue.isEmpty() || isVisible() || !m_window->isVisible())
        return; // in the tray only: the notification asks, and the window will when it is opened
    const bool active = m_window->isActiveWindow() && !m_window->isMinimized();
    const bool typing = active && m_lastKey.isValid() && m_lastKey.durationElapsed() < typingPause;
    if (typing && m_wanted.isValid() && m_wanted.durationElapsed() < longestDelay) {
        m_delay.start(typingPause - std::chrono::duration_cast<milliseconds>(m_lastKey.durationElapsed()) +
                      milliseconds(10));
        return;
    }
    // As a dialog of a minimised window it would stay away with it, or bring it back and take the keyboard: on its own.
    if (const auto kind = m_window->isMinimized() ? Qt::Window : Qt::Dialog; windowType() != kind)
        setWindowFlags((windowFlags() & ~Qt::WindowType_Mask) | kind);
    showCurrent();
    setAttribute(Qt::WA_ShowWithoutActivating, !active);
    if (active) {
        open();
    } else {
        // A modal window takes the keyboard on X11, whoever has it. It becomes modal when the user comes to our window.
        setWindowModality(Qt::NonModal);
        show();
    }
    m_shown.restart();
    m_second.start();
    if (!active) {
        QApplication::alert(m_window);
        if (m_window->isMinimized())
            QApplication::alert(this);
    }
}

void ConfirmDialog::windowIsBack()
{
    if (!m_window->isActiveWindow() || m_window->isMinimized())
        return;
    if (isVisible() && !isModal())
        hide();
    comeUp();
}

void ConfirmDialog::callIfAway()
{
    if (!m_window->isActiveWindow() && !isActiveWindow() && !m_queue.isEmpty())
        QApplication::alert(m_window);
}

bool ConfirmDialog::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::ShortcutOverride:
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonDblClick: {
        const auto* const widget = qobject_cast<QWidget*>(watched);
        const auto* const handle = qobject_cast<QWindow*>(watched);
        const bool here = (widget && (widget == this || isAncestorOf(widget))) || (handle && handle == windowHandle());
        if (here && isVisible() && m_shown.isValid() && m_shown.durationElapsed() < guard) {
            event->accept();
            return true;
        }
        if (!here && widget && event->type() == QEvent::KeyPress)
            m_lastKey.start();
        break;
    }
    case QEvent::WindowDeactivate:
        // It came up just when the user turned to another program: they have hardly seen it.
        if (watched == m_window && !m_queue.isEmpty() && m_wanted.isValid() && m_wanted.durationElapsed() < justNow)
            QMetaObject::invokeMethod(this, &ConfirmDialog::callIfAway, Qt::QueuedConnection);
        break;
    case QEvent::WindowActivate:
    case QEvent::WindowStateChange:
        if (watched == m_window && !m_queue.isEmpty())
            QMetaObject::invokeMethod(this, &ConfirmDialog::windowIsBack, Qt::QueuedConnection);
        break;
    default:
        break;
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace switchyard::ui
