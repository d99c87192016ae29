#pragma once

#include "client/engine_client.h"

#include <QDialog>

class QLabel;
class QListWidget;
class QPushButton;

namespace switchyard::ui {

//! "recoveryDialog": how a task's files were before each command that was confirmed, and one of them brought back.
class RecoveryDialog : public QDialog
{
    Q_OBJECT
public:
    RecoveryDialog(const QString& title, QWidget* parent);
    void setPoints(const QList<client::RecoveryPoint>& points); //!< the oldest first; shown the other way round
    void setTrouble(const Error& error);

Q_SIGNALS:
    void chosen(int number);

private:
    void accept() override;
    QLabel* m_about;
    QListWidget* m_list;
    QPushButton* m_restore;
};

} // namespace switchyard::ui
