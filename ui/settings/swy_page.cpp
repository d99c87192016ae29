#include "ui/settings/swy_page.h"

#include "ui/settings/parts.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>

#include <utility>

namespace switchyard::ui {

SwyPage::SwyPage(QWidget* parent) : QWidget(parent), m_list(new QTreeWidget(this)), m_note(new QLabel(this))
{
    m_list->header()->setStretchLastSection(false);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse); // an error names commands to type
}

void SwyPage::addButtons(QBoxLayout* column, const QList<QPushButton*>& buttons)
{
    auto* const row = new QHBoxLayout;
    for (auto* const button : buttons) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);
    m_buttons = buttons;
}

void SwyPage::beBusy(const QString& words)
{
    for (const auto* const button : std::as_const(m_buttons)) {
        if (window()->focusWidget() == button) // hasFocus() is false below a dialog
            m_list->setFocus();                // a button that cannot be pressed loses it to anywhere
    }
    m_isBusy = true;
    say(m_note, words, false);
    showState();
}

void SwyPage::beReady()
{
    m_isBusy = false;
    showState();
}

void SwyPage::sayError(const Error& error)
{
    say(m_note, error.hint.isEmpty() ? error.message : error.message + u' ' + error.hint, true);
    QAccessibleAnnouncementEvent said(m_note, m_note->text());
    QAccessible::updateAccessibility(&said);
}

void SwyPage::lookAgain()
{
    m_hasLooked = false;
}

void SwyPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!std::exchange(m_hasLooked, true))
        load({});
}

} // namespace switchyard::ui
