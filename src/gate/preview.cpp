#include "gate/gate.h"

namespace switchyard::gate {

QStringList previewImpact(const QString&, const Context&)
{
    return {};
}

} // namespace switchyard::gate
