#pragma once

#include "runner/enclosure.h"

#include <QCoro/QCoroTask>

namespace switchyard::runner {

class Recorder;

//! Records what a task did to the repository beside its work, once it has ended; the answer is what makes the
//! repository unsafe to be touched. Nothing without an enclosure: it never came that far.
QCoro::Task<QStringList> examineRepository(std::shared_ptr<const Enclosure> enclosure, Recorder& recorder);

} // namespace switchyard::runner
