#pragma once

#include "model/lifecycle.h"

#include <QCoro/QCoroTask>
#include <QObject>

namespace switchyard::runner {

//! How a run ended, in the words that people read.
struct Ending {
    TaskStatus status = TaskStatus::Completed;
    QString reason;
    QString limit{}; //!< which limit ended it: "time", "steps", "budget", "memory", "processes", "output"; empty: none
};

//! What a run does once its workspace stands: an agent's session or a shell command. The run knows only this.
class Job : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual QCoro::Task<Ending> run() = 0; //!< once
    virtual void abort() = 0;              //!< run() ends soon, its processes gone
    virtual void setFrozen(bool frozen) = 0;
    virtual Result<> guide(const QString& text) = 0;
    virtual Result<> answerQuestion(const QString& id, const QString& text) = 0;

Q_SIGNALS:
    void stepped(int step, int steps); //!< steps 0: unknown
    void progressed();                 //!< phase or percent may have changed
    void questionChanged(bool open);
};

} // namespace switchyard::runner
