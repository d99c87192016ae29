#include "engine/machine.h"

#include <QFile>

namespace switchyard::engine {

qint64 availableMemory(const QString& file)
{
    QFile info(file);
    if (!info.open(QIODevice::ReadOnly))
        return -1;
    constexpr qint64 mostBytes = 64 << 10;
    const auto lines = info.read(mostBytes).split('\n');
    for (const auto& line : lines) {
        if (!line.startsWith("MemAvailable:"))
            continue;
        bool isNumber = false;
        const auto kilobytes = line.mid(13).trimmed().split(' ').first().toLongLong(&isNumber);
        return isNumber ? kilobytes << 10 : -1;
    }
    return -1;
}

} // namespace switchyard::engine
