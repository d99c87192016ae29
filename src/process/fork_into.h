#pragma once

#include <QByteArray>

#include <sys/types.h>

namespace switchyard::process {

//! fork() of a child that is born into the control group whose folder is `group`: a move would take milliseconds. Where
//! that cannot be done the child is born into ours. For processes with one thread only. -1 with errno as fork().
pid_t forkInto(const QByteArray& group);

} // namespace switchyard::process
