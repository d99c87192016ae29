#pragma once

#include <QMutex>

#include <sys/types.h>

namespace switchyard::process {

//! Who collects which child. Held during spawn and register, so that no ended child is taken for an orphan in between.
QMutex& childrenLock();
//! Both with childrenLock() held: these children are collected by their owner.
void keepChild(pid_t pid);
void forgetChild(pid_t pid);

} // namespace switchyard::process
