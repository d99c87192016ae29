#pragma once

#include <QDockWidget>

namespace switchyard::ui {

//! A part of the window that can be moved to another side, put on top of another as a tab, taken out, and closed. Its
//! heading is slim; closing only tells: who owns the pane decides and remembers.
class Pane : public QDockWidget
{
    Q_OBJECT
public:
    Pane(const QString& name, const QString& title, QWidget* content, QWidget* window);

Q_SIGNALS:
    void closeWanted();

protected:
    void closeEvent(QCloseEvent* event) override;
};

} // namespace switchyard::ui
