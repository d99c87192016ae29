// What the dialog is made of.

#include "ui/confirm/confirm_dialog.h"

#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QFontDatabase>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTextEdit>

namespace switchyard::ui {

void ConfirmDialog::build()
{
    m_sign = new QLabel(this);
    m_sign->setAccessibleName(tr("Warning"));
    m_heading = new QLabel(this);
    m_heading->setObjectName(u"confirmHeading"_s);
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setWordWrap(true);
    auto strong = font();
    strong.setPixelSize(16);
    strong.setWeight(QFont::DemiBold);
    m_heading->setFont(strong);
    m_place = new QLabel(this);
    m_place->setObjectName(u"confirmPlace"_s);
    m_place->setForegroundRole(QPalette::PlaceholderText);
    m_countdown = new QLabel(this);
    m_countdown->setObjectName(u"countdown"_s);
    m_countdown->setAlignment(Qt::AlignRight | Qt::AlignTop);
    auto* const top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_sign, 0, Qt::AlignTop);
    top->addWidget(m_heading, 1);
    auto* const corner = new QVBoxLayout;
    corner->addWidget(m_countdown);
    corner->addWidget(m_place, 0, Qt::AlignRight);
    top->addLayout(corner);

    m_command = new QTextEdit(this);
    m_command->setObjectName(u"confirmCommand"_s);
    m_command->setAccessibleName(tr("Command"));
    m_command->setReadOnly(true);
    m_command->setTabChangesFocus(true);
    auto mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPixelSize(fontInfo().pixelSize());
    m_command->setFont(mono);
    m_command->document()->setDocumentMargin(9);
    m_reasons = new QLabel(this);
    m_reasons->setObjectName(u"confirmReasons"_s);
    m_reasons->setTextFormat(Qt::PlainText);
    m_reasons->setWordWrap(true);

    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(22, 20, 22, 18);
    column->setSpacing(12);
    column->addLayout(top);
    column->addWidget(m_command);
    column->addWidget(m_reasons);
    column->addWidget(makeFacts());
    column->addWidget(makeButtons());
    setMinimumWidth(580);
    colorAnew();
    for (auto* const child : findChildren<QWidget*>())
        child->setAttribute(Qt::WA_InputMethodEnabled, child == m_code);
}

QWidget* ConfirmDialog::makeFacts()
{
    auto* const box = new QWidget(this);
    auto* const column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_impactTitle = new QLabel(tr("What it would touch"), box);
    auto strong = font();
    strong.setWeight(QFont::DemiBold);
    m_impactTitle->setFont(strong);
    m_impact = new QListWidget(box);
    m_impact->setObjectName(u"confirmImpact"_s);
    m_impact->setAccessibleName(m_impactTitle->text());
    m_impact->setSelectionMode(QAbstractItemView::NoSelection);
    m_impact->setWordWrap(true);
    m_facts = new QLabel(box);
    m_facts->setObjectName(u"confirmFacts"_s);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setWordWrap(true);
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_impactTitle);
    column->addWidget(m_impact);
    column->addSpacing(2);
    column->addWidget(m_facts);
    return box;
}

QWidget* ConfirmDialog::makeButtons()
{
    auto* const box = new QWidget(this);
    auto* const column = new QVBoxLayout(box);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(8);
    auto* const codeRow = new QHBoxLayout;
    auto* const label = new QLabel(tr("Confirmation &code:"), box);
    m_code = new QLineEdit(box);
    m_code->setObjectName(u"codeField"_s);
    m_code->setAccessibleName(tr("Confirmation code"));
    m_code->setEchoMode(QLineEdit::Password);
    m_code->setInputMethodHints(Qt::ImhDigitsOnly | Qt::ImhNoPredictiveText | Qt::ImhSensitiveData);
    m_code->setMaxLength(128);
    label->setBuddy(m_code);
    codeRow->addWidget(label);
    codeRow->addWidget(m_code, 1);
    auto* const scopeRow = new QHBoxLayout;
    m_scopeLabel = new QLabel(tr("Al&low:"), box);
    m_scope = new QComboBox(box);
    m_scope->setObjectName(u"scopeChoice"_s);
    m_scope->setAccessibleName(tr("How much to allow"));
    m_scopeLabel->setBuddy(m_scope);
    scopeRow->addWidget(m_scopeLabel);
    scopeRow->addWidget(m_scope, 1);
    m_message = new QLabel(box);
    m_message->setObjectName(u"confirmMessage"_s);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setMinimumHeight(m_message->fontMetrics().height());
    auto* const row = new QHBoxLayout;
    row->setSpacing(8);
    m_denyAndStop = new QPushButton(icon(u"cancel"_s), tr("Deny and &stop the task"), box);
    m_denyAndStop->setObjectName(u"denyAndStopButton"_s);
    m_deny = new QPushButton(tr("&Deny"), box);
    m_deny->setObjectName(u"denyButton"_s);
    m_deny->setToolTip(tr("Esc"));
    m_allow = new QPushButton(tr("&Allow this command"), box);
    m_allow->setObjectName(u"allowButton"_s);
    for (auto* const button : {m_denyAndStop, m_deny, m_allow}) {
        button->setAutoDefault(false); // Enter never approves by accident: only in the code field, with a code in it
        button->setDefault(false);
    }
    row->addWidget(m_denyAndStop);
    row->addStretch(1);
    row->addWidget(m_deny);
    row->addWidget(m_allow);
    column->addLayout(codeRow);
    column->addLayout(scopeRow);
    column->addWidget(m_message);
    column->addLayout(row);
    connect(m_allow, &QPushButton::clicked, this, &ConfirmDialog::allow);
    connect(m_deny, &QPushButton::clicked, this, [this] { deny(false); });
    connect(m_denyAndStop, &QPushButton::clicked, this, [this] { deny(true); });
    connect(m_code, &QLineEdit::returnPressed, this, &ConfirmDialog::allow);
    connect(m_code, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_allow->setEnabled(!text.isEmpty() && !m_busy); });
    m_allow->setEnabled(false);
    setTabOrder(m_code, m_scope);
    setTabOrder(m_scope, m_allow);
    setTabOrder(m_allow, m_deny);
    setTabOrder(m_deny, m_denyAndStop);
    setTabOrder(m_denyAndStop, m_command);
    return box;
}

} // namespace switchyard::ui
