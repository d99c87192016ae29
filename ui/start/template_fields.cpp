#include "ui/start/template_fields.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace switchyard::ui {

TemplateFields::TemplateFields(QWidget* parent)
    : QWidget(parent), m_description(new QLabel(this)), m_form(new QFormLayout), m_preview(new QPlainTextEdit(this))
{
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_description->setTextFormat(Qt::PlainText);
    m_description->setWordWrap(true);
    m_description->setForegroundRole(QPalette::PlaceholderText);
    m_form->setVerticalSpacing(8);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_preview->setObjectName(u"templatePreview"_s);
    m_preview->setAccessibleName(tr("Goal as it will be"));
    m_preview->setReadOnly(true);
    m_preview->setTabChangesFocus(true);
    m_preview->setMinimumHeight(110);
    m_preview->document()->setDocumentMargin(7);
    column->addWidget(m_description);
    column->addLayout(m_form);
    column->addWidget(m_preview, 1);
}

void TemplateFields::setTemplate(const TaskTemplate& made)
{
    m_template = made;
    while (m_form->rowCount() > 0)
        m_form->removeRow(0);
    m_fields.clear();
    m_description->setText(made.description);
    for (const auto& parameter : made.parameters) {
        QWidget* field = nullptr;
        if (parameter.choices.isEmpty()) {
            auto* const line = new QLineEdit(this);
            line->setPlaceholderText(parameter.fallback.isEmpty() ? parameter.description : parameter.fallback);
            connect(line, &QLineEdit::textChanged, this, &TemplateFields::updatePreview);
            field = line;
        } else {
            auto* const box = new QComboBox(this);
            box->addItems(parameter.choices);
            box->setCurrentText(parameter.fallback);
            connect(box, &QComboBox::currentTextChanged, this, &TemplateFields::updatePreview);
            field = box;
        }
        field->setObjectName(u"parameter-"_s + parameter.name);
        field->setAccessibleName(parameter.name);
        field->setAccessibleDescription(parameter.description);
        field->setToolTip(parameter.description);
        auto caption = parameter.name;
        caption.replace(u'_', u' ');
        m_form->addRow(caption + u':', field);
        m_fields.insert(parameter.name, field);
    }
    updatePreview();
}

QMap<QString, QString> TemplateFields::values() const
{
    QMap<QString, QString> values;
    for (auto field = m_fields.begin(); field != m_fields.end(); ++field) {
        const auto* const line = qobject_cast<QLineEdit*>(field.value());
        const auto text = line ? line->text().trimmed() : static_cast<QComboBox*>(field.value())->currentText();
        if (!text.isEmpty())
            values.insert(field.key(), text);
    }
    return values;
}

void TemplateFields::updatePreview()
{
    m_preview->setPlainText(m_template.preview(values()));
}

void TemplateFields::focusFirst()
{
    if (!m_template.parameters.isEmpty())
        m_fields.value(m_template.parameters.first().name)->setFocus();
}

} // namespace switchyard::ui
