#include "ui/confirm/choose_code_dialog.h"

#include "ui/theme/colors.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace switchyard::ui {

namespace {
QLineEdit* codeField(const QString& name, QWidget* parent)
{
    auto* const field = new QLineEdit(parent);
    field->setObjectName(name);
    field->setEchoMode(QLineEdit::Password);
    field->setInputMethodHints(Qt::ImhDigitsOnly | Qt::ImhNoPredictiveText | Qt::ImhSensitiveData);
    field->setMaxLength(128);
    return field;
}
} // namespace

ChooseCodeDialog::ChooseCodeDialog(client::EngineClient& client, bool change, QWidget* parent)
    : QDialog(parent),
      m_client(client),
      m_new(codeField(u"newCodeField"_s, this)),
      m_repeat(codeField(u"repeatCodeField"_s, this)),
      m_message(new QLabel(this))
{
    setObjectName(u"chooseCodeDialog"_s);
    setWindowTitle(change ? tr("Change the confirmation code") : tr("Choose your confirmation code"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* const title = new QLabel(windowTitle(), this);
    auto strong = font();
    strong.setPixelSize(16);
    strong.setWeight(QFont::DemiBold);
    title->setFont(strong);
    auto* const why = new QLabel(
        tr("Before a task may delete files, force a push or do anything else that cannot be undone, Switchyard shows "
           "the command and asks for this code. Only a salted hash of it is kept."),
        this);
    why->setWordWrap(true);
    auto* const form = new QFormLayout;
    form->setVerticalSpacing(10);
    if (change) {
        m_old = codeField(u"oldCodeField"_s, this);
        form->addRow(tr("&Present code:"), m_old);
    }
    form->addRow(tr("&New code:"), m_new);
    form->addRow(tr("&Once more:"), m_repeat);
    m_new->setPlaceholderText(tr("at least %n character(s), digits will do", nullptr, shortest));
    m_message->setObjectName(u"chooseCodeMessage"_s);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setMinimumHeight(m_message->fontMetrics().height());
    auto colors = palette();
    colors.setColor(QPalette::WindowText, colorsFor(palette()).failed);
    m_message->setPalette(colors);
    auto* const buttons = new QDialogButtonBox(this);
    m_save = buttons->addButton(tr("&Save the code"), QDialogButtonBox::AcceptRole);
    m_save->setObjectName(u"saveCodeButton"_s);
    m_save->setDefault(true);
    buttons->addButton(tr("Not now"), QDialogButtonBox::RejectRole)->setObjectName(u"laterCodeButton"_s);
    connect(buttons, &QDialogButtonBox::accepted, this, &ChooseCodeDialog::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (auto* const field : {m_new, m_repeat})
        connect(field, &QLineEdit::textChanged, this, [this] { m_message->clear(); });
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(22, 20, 22, 16);
    column->setSpacing(12);
    column->addWidget(title);
    column->addWidget(why);
    column->addSpacing(4);
    column->addLayout(form);
    column->addWidget(m_message);
    column->addWidget(buttons);
    setMinimumWidth(460);
    (change ? m_old : m_new)->setFocus();
}

void ChooseCodeDialog::save()
{
    if (m_new->text().size() < shortest) {
        m_message->setText(tr("The code needs at least %n character(s).", nullptr, shortest));
        m_new->setFocus();
        return;
    }
    if (m_new->text() != m_repeat->text()) {
        m_message->setText(tr("The two are not the same."));
        m_repeat->setFocus();
        m_repeat->selectAll();
        return;
    }
    m_save->setEnabled(false);
    const Secret fresh(m_new->text().toUtf8()), old(m_old ? m_old->text().toUtf8() : QByteArray());
    QCoro::connect(m_client.setCode(fresh, old), this, [this](const Result<>& done) {
        m_save->setEnabled(true);
        if (done) {
            accept();
            return;
        }
        m_message->setText(done.error().hint.isEmpty() ? done.error().message
                                                       : done.error().message + u' ' + done.error().hint);
    });
}

} // namespace switchyard::ui
