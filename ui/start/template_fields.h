#pragma once

#include "model/task_template.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPlainTextEdit;

namespace switchyard::ui {

//! A form made from a template's parameters, with the goal as it would be below.
class TemplateFields : public QWidget
{
    Q_OBJECT
public:
    explicit TemplateFields(QWidget* parent = nullptr);
    void setTemplate(const TaskTemplate& made);
    QMap<QString, QString> values() const; //!< only those that were given
    void focusFirst();

private:
    void updatePreview();
    TaskTemplate m_template;
    QLabel* m_description;
    QFormLayout* m_form;
    QPlainTextEdit* m_preview;
    QMap<QString, QWidget*> m_fields;
};

} // namespace switchyard::ui
