#pragma once

#include "model/task.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QPushButton;

namespace switchyard::ui {

//! "mergeDialog": what goes where, and whether the branch is deleted afterwards.
class MergeDialog : public QDialog
{
    Q_OBJECT
public:
    MergeDialog(const Task& task, bool deleteBranch, QWidget* parent);
    bool deleteBranch() const;
    //! What was found beforehand; until then the dialog says that it looks.
    void setProblem(const QString& problem); //!< empty: it can be merged

private:
    QCheckBox* m_deleteBranch;
    QLabel* m_check;
    QPushButton* m_merge;
};

} // namespace switchyard::ui
