#pragma once

#include "base/paths.h"
#include "store/store.h"

namespace switchyard::engine {

//! Every event of a task out of its journals, in the order in which it happened; damaged ends are left out. Blocks.
QList<Event> journalsOf(const Paths& paths, const TaskId& id);

//! Opens the database; a damaged one is kept aside and a new one is made from the journals, also when it is missing
//! while there are journals. What the journals have and the database lacks (its newest commits were lost) is brought
//! in. Blocks: for the start, before anybody is served.
Result<std::unique_ptr<store::Store>> openOrRebuild(const Paths& paths, const Clock& clock);
//! For damage that only reading shows: nothing may have the database open. Blocks, for the start as well.
Result<std::unique_ptr<store::Store>> rebuildAnew(const Paths& paths, const Clock& clock, const Error& why);

} // namespace switchyard::engine
