#pragma once

#include "base/result.h"

#include <QDialog>

namespace switchyard::ui {

class Actions;

//! All shortcuts, from the table of actions, with what each does and its twin on the command line.
class HelpDialog : public QDialog
{
    Q_OBJECT
public:
    HelpDialog(const Actions& actions, QWidget* parent);
};

} // namespace switchyard::ui
