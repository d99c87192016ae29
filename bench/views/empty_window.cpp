// An empty Qt window: what the start and the memory of ours are compared with. Prints the same line at its first paint.

#include <QApplication>
#include <QMainWindow>

#include <cstdio>

namespace {

class Window : public QMainWindow
{
protected:
    bool event(QEvent* event) override
    {
        const bool first = event->type() == QEvent::UpdateRequest && !m_painted;
        const bool handled = QMainWindow::event(event);
        if (first) {
            m_painted = true;
            std::printf("first paint\n");
            std::fflush(stdout);
        }
        return handled;
    }

private:
    bool m_painted = false;
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
