#pragma once

#include "base/result.h"

#include <QList>
#include <QWidget>

class QBoxLayout;
class QLabel;
class QPushButton;
class QTreeWidget;

namespace switchyard::ui {

//! A page of the settings that shows what swy tells: a list, a note about the newest answer, buttons. It looks when it
//! is first shown; while it waits for swy nothing can be pressed.
class SwyPage : public QWidget
{
    Q_OBJECT
public:
    explicit SwyPage(QWidget* parent);
    void lookAgain(); //!< when it is shown next

protected:
    //! Asks swy anew, then says `thenSay`.
    virtual void load(const QString& thenSay) = 0;
    //! Brings the buttons up to date.
    virtual void showState() = 0;

    void addButtons(QBoxLayout* column, const QList<QPushButton*>& buttons);
    void beBusy(const QString& words);
    void beReady();
    bool isBusy() const { return m_isBusy; }
    void sayError(const Error& error);
    void showEvent(QShowEvent* event) override;

    QTreeWidget* const m_list;
    QLabel* const m_note;

private:
    QList<QPushButton*> m_buttons;
    bool m_isBusy = false, m_hasLooked = false;
};

} // namespace switchyard::ui
