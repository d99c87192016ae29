#pragma once

#include "base/result.h"
#include "ui/theme/colors.h"

#include <QFrame>
#include <QTimer>

class QLabel;
class QPushButton;
class QToolButton;

namespace switchyard::ui {

//! One message across the window: what happened or went wrong, perhaps with one button. Announced to screen readers.
class MessageBar : public QFrame
{
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);
    //! `action` empty: no button. Good news goes by itself after a while; problems stay until closed or replaced.
    void show(Tone tone, const QString& text, const QString& action = {}, std::function<void()> act = {});
    void showError(const Error& error);
    void setClosable(bool closable);
    QString text() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel* m_text;
    QPushButton* m_button;
    QToolButton* m_close;
    QTimer m_linger;
    Tone m_tone = Tone::Accent;
    std::function<void()> m_act;
};

} // namespace switchyard::ui
