#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>

namespace switchyard::ui {

//! A text cursor that blinks wakes the program, the X server and the compositor several times a second for as long as a
//! window has the focus. Some seconds after the last key or click ours stands still, and blinks again with the next.
class QuietCursor : public QObject
{
    Q_OBJECT
public:
    explicit QuietCursor(QObject* parent, std::chrono::milliseconds pause = std::chrono::seconds(10));
    ~QuietCursor() override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QTimer m_pause;
    int m_flashTime; //!< the system's; 0: its cursors never blink
    bool m_still = false;
};

} // namespace switchyard::ui
