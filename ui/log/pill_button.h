#pragma once

#include <QAbstractButton>

namespace switchyard::ui {

//! A rounded button that floats over a view: "↓ 128 new lines".
class PillButton : public QAbstractButton
{
    Q_OBJECT
public:
    explicit PillButton(QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
};

} // namespace switchyard::ui
