#pragma once

#include "ui/settings/key_program.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace switchyard::ui {

//! "keyDialog": a name, a key and where it is to be kept. It stays until the key is stored, so that nobody has to type
//! it twice; whoever opens it stores it and then calls accept() or refused().
class KeyDialog : public QDialog
{
    Q_OBJECT
public:
    KeyDialog(const QString& name, KeyProgram::Place place, QWidget* parent);
    void refused(const QString& why);

Q_SIGNALS:
    void wanted(const QString& name, const switchyard::Secret& key, switchyard::ui::KeyProgram::Place place);

private:
    void look();
    void store();
    QLineEdit *m_name, *m_key;
    QComboBox* m_place;
    QLabel* m_message;
    QPushButton* m_store;
    bool m_isBusy = false;
};

} // namespace switchyard::ui
