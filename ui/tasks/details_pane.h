#pragma once

#include "model/task.h"
#include "ui/models/meter_history.h"

#include <QScrollArea>

class QFormLayout;
class QLabel;

namespace switchyard::ui {

class Sparkline;

//! The facts of a task in two columns; rows without a value are not there.
class DetailsPane : public QScrollArea
{
    Q_OBJECT
public:
    explicit DetailsPane(QWidget* parent = nullptr);
    void setTask(const Task& task);
    void setFiles(const QStringList& files);
    void setMeters(const MeterHistory& meters);
    //! What speaks for the task's status at the moment; empty: nothing to say.
    void setEvidence(const QString& text);

private:
    void put(const QString& name, const QString& value, bool code = false);
    QFormLayout* m_form;
    QWidget* addMeter(const QString& name, Sparkline*& line, QLabel*& value);
    QHash<QString, QLabel*> m_values;
    QWidget* m_meters;
    Sparkline *m_cpuLine, *m_memoryLine;
    QLabel *m_cpu, *m_memory;
    QLabel* m_files;
    QLabel* m_filesTitle;
    Task m_task;
};

} // namespace switchyard::ui
