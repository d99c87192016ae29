#pragma once

#include "gate/syntax.h"

//! Looks at the bare text before any parser does: refuses to trust what parsers are known to read otherwise than bash.
namespace switchyard::gate {

struct GuardReport {
    QList<Finding> findings;
    //! Bodies of quoted here-documents, which were left out of the check. The tree must agree that they are such.
    QList<Span> skipped;
};

constexpr qsizetype longestScript = 64 << 10; //!< characters
GuardReport checkText(const QString& script);

} // namespace switchyard::gate
