// An empty Qt window: what the start and the memory of ours are compared with. Prints the same line at its first paint.

#include <QApplication>
#include <QMainWindow>
#include <QWindow>

#include <cstdio>
#include <utility>

namespace {

class Window : public QMainWindow
{
protected:
    void showEvent(QShowEvent* event) override
    {
        QMainWindow::showEvent(event);
        windowHandle()->installEventFilter(this);
    }

    // As in ours: after the expose event that lets it paint on the screen.
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::Expose && !m_exposed)
            QMetaObject::invokeMethod(this, &Window::painted, Qt::QueuedConnection);
        return QMainWindow::eventFilter(watched, event);
    }

private:
    void painted()
    {
        if (std::exchange(m_exposed, true))
            return;
        std::printf("first paint\n");
        std::fflush(stdout);
    }
    bool m_exposed = false;
};

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Window window;
    window.resize(1240, 780);
    window.show();
    return QApplication::exec();
}
