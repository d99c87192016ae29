#pragma once

#include <QDialog>
#include <QJsonObject>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace switchyard::ui {

//! "ruleDialog": one rule of the user's. What the form does not show of a rule that was written by hand stays as it is.
//! It stays until the rule is kept; whoever opens it keeps it and then calls accept() or refused().
class RuleDialog : public QDialog
{
    Q_OBJECT
public:
    RuleDialog(QJsonObject rule, QWidget* parent);
    void refused(const QString& why);

Q_SIGNALS:
    void wanted(const QJsonObject& rule);

private:
    void look();
    void store();
    QJsonObject m_rule;
    QLineEdit *m_programs, *m_sub, *m_options, *m_reason;
    QComboBox* m_verdict;
    QLabel* m_message;
    QPushButton* m_store;
};

} // namespace switchyard::ui
