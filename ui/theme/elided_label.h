#pragma once

#include <QLabel>

namespace switchyard::ui {

//! One line of plain text that gives way: what does not fit ends in "…", and is told whole by its tooltip (unless it
//! has one of its own) and to assistive tools. Never widens the window.
class ElidedLabel : public QLabel
{
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString shown() const;
};

} // namespace switchyard::ui
