#pragma once

#include "client/engine_client.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace switchyard::ui {

//! "chooseCodeDialog": the first start asks for the confirmation code, the settings change it. Accepted only once the
//! engine has taken the code.
class ChooseCodeDialog : public QDialog
{
    Q_OBJECT
public:
    static constexpr int shortest = 4;
    //! `change`: there is one already, which has to be entered.
    ChooseCodeDialog(client::EngineClient& client, bool change, QWidget* parent);

private:
    void save();
    client::EngineClient& m_client;
    QLineEdit *m_old = nullptr, *m_new, *m_repeat;
    QLabel* m_message;
    QPushButton* m_save;
};

} // namespace switchyard::ui
