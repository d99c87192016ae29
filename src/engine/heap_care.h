#pragma once

#include "engine/task_book.h"

#include <QTimer>

namespace switchyard::engine {

//! Gives memory back that a burst of tasks has used. The C library keeps what was freed for itself, in pieces between
//! what is still in use, in a heap for each thread: after a thousand tasks that is more than the engine needs. Does
//! nothing with a C library other than glibc.
class HeapCare : public QObject
{
    Q_OBJECT
public:
    //! Two heaps for all threads, and large blocks always on their own. For the whole process; once, before it has
    //! threads.
    static void limitHeaps();
    explicit HeapCare(TaskBook& book, QObject* parent = nullptr);
    //! Much memory was used just now. It is given back some seconds later, however often that is said meanwhile; what
    //! is said meanwhile is followed by another time.
    void poke();

private:
    void giveBack();
    QTimer m_timer; //!< runs only after a task has ended, or when poked
    bool m_again = false;
};

} // namespace switchyard::engine
