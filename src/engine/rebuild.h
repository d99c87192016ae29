#pragma once

#include "base/paths.h"
#include "store/store.h"

namespace switchyard::engine {

//! Opens the database; a damaged one is kept aside and a new one is made from the journals, also when it is missing
//! while there are journals. Blocks: for the start, before anybody is served.
Result<std::unique_ptr<store::Store>> openOrRebuild(const Paths& paths, const Clock& clock);

} // namespace switchyard::engine
