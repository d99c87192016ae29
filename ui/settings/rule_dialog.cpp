#include "ui/settings/rule_dialog.h"

#include "ui/settings/parts.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QUuid>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

namespace {

QString joined(const QJsonValue& value, const QString& between)
{
    QStringList words;
    for (const auto& word : value.isString() ? QJsonArray{value} : value.toArray())
        words << word.toString();
    return words.join(between);
}

void put(QJsonObject& rule, const QString& key, const QStringList& words)
{
    if (words.isEmpty())
        rule.remove(key);
    else
        rule.insert(key, QJsonArray::fromStringList(words));
}

QStringList parts(const QString& text, const QRegularExpression& between)
{
    QStringList result;
    for (const auto& part : text.split(between, Qt::SkipEmptyParts)) {
        if (!part.trimmed().isEmpty())
            result << part.simplified();
    }
    return result;
}

} // namespace

RuleDialog::RuleDialog(QJsonObject rule, QWidget* parent)
    : QDialog(parent),
      m_rule(std::move(rule)),
      m_programs(new QLineEdit(joined(m_rule[u"program"], u" "_s), this)),
      m_sub(new QLineEdit(joined(m_rule[u"sub"], u", "_s), this)),
      m_options(new QLineEdit(joined(m_rule[u"any_flag"], u" "_s), this)),
      m_reason(new QLineEdit(m_rule[u"reason"].toString(), this)),
      m_verdict(new QComboBox(this)),
      m_message(new QLabel(this))
{
    setObjectName(u"ruleDialog"_s);
    setWindowTitle(m_rule.isEmpty() ? tr("Add a rule") : tr("Change a rule"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_programs->setObjectName(u"rulePrograms"_s);
    m_programs->setPlaceholderText(tr("such as terraform tofu"));
    m_sub->setObjectName(u"ruleSub"_s);
    m_sub->setPlaceholderText(tr("such as apply, state rm; empty: whatever follows"));
    m_options->setObjectName(u"ruleOptions"_s);
    m_options->setPlaceholderText(tr("such as --prod; empty: with or without any"));
    m_reason->setObjectName(u"ruleReason"_s);
    m_reason->setPlaceholderText(tr("what you are told when you are asked"));
    m_verdict->setObjectName(u"ruleVerdict"_s);
    m_verdict->addItem(tr("Asks for the code"), u"confirm"_s);
    m_verdict->addItem(tr("Is refused"), u"deny"_s);
    m_verdict->addItem(tr("Runs without asking"), u"safe"_s);
    m_verdict->setCurrentIndex(std::max(0, m_verdict->findData(m_rule[u"verdict"].toString())));
    auto* const form = new QFormLayout;
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Programs:"), m_programs);
    form->addRow(tr("&Sub-commands:"), m_sub);
    form->addRow(tr("With one of these &options:"), m_options);
    form->addRow(tr("&What happens:"), m_verdict);
    form->addRow(tr("&Reason:"), m_reason);
    m_message->setObjectName(u"ruleMessage"_s);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    auto* const buttons = new QDialogButtonBox(this);
    m_store = buttons->addButton(tr("&Keep the rule"), QDialogButtonBox::AcceptRole);
    m_store->setObjectName(u"keepRuleButton"_s);
    m_store->setDefault(true);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole)->setObjectName(u"cancelRuleButton"_s);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(22, 20, 22, 16);
    column->setSpacing(12);
    column->addWidget(
        explanation(tr("It is about commands of these programs, wherever they stand in a line. Shells and "
                       "programs that run others cannot be allowed as a whole."),
                    this));
    column->addLayout(form);
    column->addWidget(m_message);
    column->addStretch(1);
    column->addWidget(buttons);
    setMinimumWidth(520);
    say(m_message, {}, false);
    for (const auto* const field : {m_programs, m_reason})
        connect(field, &QLineEdit::textChanged, this, &RuleDialog::look);
    connect(m_verdict, &QComboBox::currentIndexChanged, this, &RuleDialog::look);
    connect(buttons, &QDialogButtonBox::accepted, this, &RuleDialog::store);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    look();
    m_programs->setFocus();
}

void RuleDialog::look()
{
    const bool reasoned = m_verdict->currentData() == u"safe"_s || !m_reason->text().trimmed().isEmpty();
    m_store->setEnabled(reasoned && !m_programs->text().trimmed().isEmpty());
}

void RuleDialog::store()
{
    if (!m_store->isEnabled())
        return;
    static const QRegularExpression spaces(u"[\\s,]+"_s), commas(u","_s);
    auto rule = m_rule;
    const auto programs = parts(m_programs->text(), spaces);
    if (rule[u"id"].toString().isEmpty())
        rule.insert(u"id"_s, u"own.%1-%2"_s.arg(programs.value(0), QUuid::createUuid().toString(QUuid::Id128).left(6)));
    put(rule, u"program"_s, programs);
    put(rule, u"sub"_s, parts(m_sub->text(), commas));
    put(rule, u"any_flag"_s, parts(m_options->text(), spaces));
    rule.insert(u"verdict"_s, m_verdict->currentData().toString());
    rule.insert(u"reason"_s, m_reason->text().trimmed());
    if (rule[u"category"].toString().isEmpty())
        rule.insert(u"category"_s, u"own"_s);
    m_store->setEnabled(false);
    say(m_message, tr("Checking it…"), false);
    Q_EMIT wanted(rule);
}

void RuleDialog::refused(const QString& why)
{
    say(m_message, why, true);
    look();
    m_store->setFocus();
}

} // namespace switchyard::ui
