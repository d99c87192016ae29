#pragma once

#include "model/task.h"

#include <QScrollArea>

class QFormLayout;
class QLabel;

namespace switchyard::ui {

//! The facts of a task in two columns; rows without a value are not there.
class DetailsPane : public QScrollArea
{
    Q_OBJECT
public:
    explicit DetailsPane(QWidget* parent = nullptr);
    void setTask(const Task& task);
    void setFiles(const QStringList& files);

private:
    void put(const QString& name, const QString& value, bool code = false);
    QFormLayout* m_form;
    QHash<QString, QLabel*> m_values;
    QLabel* m_files;
    QLabel* m_filesTitle;
    Task m_task;
};

} // namespace switchyard::ui
