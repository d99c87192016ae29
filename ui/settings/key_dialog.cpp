#include "ui/settings/key_dialog.h"

#include "ui/settings/parts.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace switchyard::ui {

KeyDialog::KeyDialog(const QString& name, KeyProgram::Place place, QWidget* parent)
    : QDialog(parent),
      m_name(new QLineEdit(name, this)),
      m_key(new QLineEdit(this)),
      m_place(new QComboBox(this)),
      m_message(new QLabel(this))
{
    setObjectName(u"keyDialog"_s);
    setWindowTitle(tr("Set a key"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_name->setObjectName(u"keyNameField"_s);
    m_name->setMaxLength(40);
    m_name->setPlaceholderText(tr("such as anthropic"));
    m_key->setObjectName(u"keyField"_s);
    m_key->setEchoMode(QLineEdit::Password);
    m_key->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase |
                               Qt::ImhSensitiveData);
    m_key->setPlaceholderText(tr("as its provider gave it to you"));
    auto* const shown = new QCheckBox(tr("S&how it"), this);
    shown->setObjectName(u"showKeyBox"_s);
    m_place->setObjectName(u"keyPlaceBox"_s);
    m_place->addItem(tr("In the desktop's keyring"), int(KeyProgram::Place::Keyring));
    m_place->addItem(tr("In a file that only you can read"), int(KeyProgram::Place::File));
    m_place->setCurrentIndex(m_place->findData(int(place)));
    auto* const form = new QFormLayout;
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Name:"), m_name);
    form->addRow(tr("&Key:"), m_key);
    form->addRow({}, shown);
    form->addRow(tr("Kee&p it:"), m_place);
    m_message->setObjectName(u"keyMessage"_s);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* const buttons = new QDialogButtonBox(this);
    m_store = buttons->addButton(tr("&Store the key"), QDialogButtonBox::AcceptRole);
    m_store->setObjectName(u"storeKeyButton"_s);
    m_store->setDefault(true);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole)->setObjectName(u"cancelKeyButton"_s);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(22, 20, 22, 16);
    column->setSpacing(12);
    column->addWidget(explanation(tr("It goes to the place below and nowhere else. Tasks that start from then on get "
                                     "it; it is blotted out of what they write."),
                                  this));
    column->addLayout(form);
    column->addWidget(m_message);
    column->addStretch(1);
    column->addWidget(buttons);
    setMinimumWidth(480);
    connect(shown, &QCheckBox::toggled, this,
            [this](bool on) { m_key->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password); });
    connect(m_name, &QLineEdit::textChanged, this, &KeyDialog::look);
    connect(m_key, &QLineEdit::textChanged, this, &KeyDialog::look);
    connect(buttons, &QDialogButtonBox::accepted, this, &KeyDialog::store);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    look();
    (name.isEmpty() ? m_name : m_key)->setFocus();
}

void KeyDialog::look()
{
    const auto name = m_name->text().trimmed();
    const bool isName = KeyProgram::canName(name);
    say(m_message,
        name.isEmpty() || isName ? QString()
                                 : tr("A name has lower-case letters, digits, dots, dashes and underscores."),
        true);
    m_store->setEnabled(!m_isBusy && isName && !m_key->text().trimmed().isEmpty());
}

void KeyDialog::store()
{
    if (!m_store->isEnabled())
        return;
    m_isBusy = true;
    look();
    say(m_message, tr("Storing it… The desktop may ask you to unlock the keyring."), false);
    Q_EMIT wanted(m_name->text().trimmed(), Secret(m_key->text().trimmed().toUtf8()),
                  KeyProgram::Place(m_place->currentData().toInt()));
}

void KeyDialog::refused(const QString& why)
{
    m_isBusy = false;
    look();
    say(m_message, why, true);
    m_store->setFocus();
}

} // namespace switchyard::ui
