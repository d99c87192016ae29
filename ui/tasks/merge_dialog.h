#pragma once

#include "model/task.h"

#include <QDialog>

class QCheckBox;

namespace switchyard::ui {

//! "mergeDialog": what goes where, and whether the branch is deleted afterwards.
class MergeDialog : public QDialog
{
    Q_OBJECT
public:
    MergeDialog(const Task& task, bool deleteBranch, QWidget* parent);
    bool deleteBranch() const;

private:
    QCheckBox* m_deleteBranch;
};

} // namespace switchyard::ui
